# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
"""Names of substances that cannot be recognised by their parts, as plain tables.

Sources: IUPAC Red Book 2005, Table IX (ions and groups) and IR-5 (salts, compositional nomenclature); IUPAC
Recommendations 2013, P-65.6 (esters, salts), P-101 to P-107 (retained names of natural products).
"""

ELEMENTS = frozenset(
    "hydrogen lithium sodium potassium rubidium cesium caesium beryllium magnesium calcium strontium barium "
    "scandium yttrium lanthanum cerium praseodymium neodymium samarium europium gadolinium terbium "
    "dysprosium holmium erbium thulium ytterbium lutetium titanium zirconium hafnium vanadium niobium "
    "tantalum chromium molybdenum tungsten manganese technetium rhenium iron ruthenium osmium cobalt "
    "rhodium iridium nickel palladium platinum copper silver gold zinc cadmium mercury aluminum aluminium "
    "gallium indium thallium tin lead bismuth antimony arsenic boron carbon silicon germanium phosphorus "
    "nitrogen sulfur sulphur selenium tellurium chlorine iodine bromine thorium uranium plutonium ammonium "
    "ferric ferrous cupric cuprous stannous stannic deuterium xenon oxygen".split()
)
ANIONS = frozenset(
    "fluoride chloride bromide iodide oxide hydroxide peroxide superoxide oxyhydroxide sulfide sulphide "
    "selenide telluride nitride phosphide arsenide antimonide carbide boride silicide hydride cyanide "
    "thiocyanate cyanate azide nitrate nitrite sulfate sulphate sulfite thiosulfate persulfate bisulfate "
    "bisulfite phosphate pyrophosphate polyphosphate phosphite hypophosphite carbonate bicarbonate acetate "
    "formate oxalate citrate tartrate lactate gluconate benzoate stearate oleate palmitate propionate "
    "ascorbate glutamate alginate chlorate perchlorate chlorite hypochlorite hypobromite periodate iodate "
    "bromate permanganate chromate dichromate tungstate molybdate vanadate titanate zirconate niobate "
    "tantalate silicate aluminate borate tetraborate borohydride cyanoborohydride tetrafluoroborate "
    "hexafluorophosphate triflate tosylate mesylate trifluoromethanesulfonate trifluoroacetate "
    "tetraphenylborate ferrocyanide ferricyanide stannate ferrite manganate cobaltate amide methoxide "
    "ethoxide tert-butoxide isopropoxide acetylacetonate naphthenate dithionite metabisulfite selenite "
    "selenate arsenate arsenite thiosulphate oxychloride oxysulfide carbonitride oxynitride dodecylsulfate "
    "salicylate octoate pivalate iodoacetate phosphotungstate fluorosulfonylimide "
    "trifluoromethanesulfonimide".split()
)
PREFIXED = ("mono", "di", "tri", "tetra", "penta", "hexa", "sesqui", "hepta")
ESTERS = frozenset(
    "acetate formate propionate butyrate acrylate methacrylate cyanoacrylate benzoate cinnamate lactate "
    "levulinate carbonate terephthalate phthalate oleate stearate palmitate laurate salicylate malonate "
    "acetoacetate oxalate succinate maleate fumarate glycolate pyruvate phosphate phosphite sulfate sulfide "
    "disulfide sulfoxide sulfone ether alcohol glycol chloride bromide iodide fluoride cyanide oxide "
    "isocyanate isothiocyanate hydroperoxide peroxide triflate chloroformate orthoformate anhydride ketone "
    "diacrylate dimethacrylate formamide acetamide pyrrolidone hydroxide orthosilicate trifluoroacetate "
    "pivalate nitrite nitrate gallate".split()
)
TWO_ALKYLS = frozenset(
    ["ether", "ketone", "sulfide", "disulfide", "sulfone", "sulfoxide", "phosphate", "anhydride"]
)
"""After one plain group these name a class (`vinyl ether`); after `di…` or two groups a compound."""
POLYMERS = frozenset(
    "polyethylene polypropylene polystyrene polyaniline polypyrrole polythiophene polydopamine "
    "polyacrylonitrile polyacrylamide polyethyleneimine polyethylenimine polycaprolactone polyisoprene "
    "polybutadiene polydimethylsiloxane polytetrafluoroethylene polyvinylpyrrolidone polybenzimidazole "
    "polylactide polyallylamine polydicyclopentadiene polyisobutylene polyisocyanurate polyacetylene "
    "polyvinylamine polyoxymethylene polychloroprene polyglycidol nafion teflon aquivion fumion sustainion "
    "piperion kapton kevlar pebax zylon cellulose nanocellulose hemicellulose chitosan chitin amylose "
    "amylopectin pectin agarose dextran carrageenan inulin lignin carboxymethylcellulose "
    "hydroxyethylcellulose ethylcellulose methylcellulose nitrocellulose polylysine polydiacetylene "
    "polyphenylene polyethylenglycol".split()
)
TRIVIAL = frozenset(
    "ammonia methane silica alumina zirconia titania ceria magnesia hematite magnetite goethite "
    "ferrihydrite maghemite rutile anatase calcite aragonite gypsum hydroxyapatite graphene borophene "
    "phosphorene graphdiyne silicene stanene germanene urea glucose fructose galactose mannose xylose "
    "arabinose ribose sucrose lactose maltose trehalose cellobiose sorbitol mannitol xylitol inositol "
    "erythritol glycerin ethanolamine chloroform bromoform iodoform glyoxal acrolein ketene camphor menthol "
    "thymol carvacrol eugenol vanillin geraniol linalool citral citronellal limonene guaiacol syringol "
    "furfural hydroxymethylfurfural levoglucosan levoglucosenone cholesterol testosterone estradiol "
    "progesterone cortisol caffeine nicotine morphine codeine cocaine quinine cinchonidine cinchonine "
    "strychnine atropine colchicine camptothecin paclitaxel docetaxel doxorubicin daunorubicin cisplatin "
    "carboplatin oxaliplatin gemcitabine imatinib gefitinib erlotinib ibuprofen naproxen aspirin "
    "paracetamol acetaminophen diclofenac ketamine metformin warfarin amoxicillin ampicillin tetracycline "
    "ciprofloxacin levofloxacin erythromycin azithromycin vancomycin rapamycin curcumin quercetin "
    "kaempferol resveratrol catechin epicatechin naringenin rutin luteolin apigenin genistein morin "
    "myricetin hesperidin capsaicin piperine berberine artemisinin remdesivir nirmatrelvir molnupiravir "
    "favipiravir fluorescein eosin chlorophyll hemin heme dopamine serotonin histamine adrenaline "
    "epinephrine norepinephrine melatonin acetylcholine tryptamine tyramine cysteine glycine alanine valine "
    "leucine isoleucine proline phenylalanine tyrosine tryptophan serine threonine methionine asparagine "
    "glutamine lysine arginine histidine glutathione creatine taurine betaine carnitine choline biotin "
    "thiamine riboflavin niacin nicotinamide adenine tocopherol retinol retinal lycopene zeaxanthin lutein "
    "astaxanthin squalene malondialdehyde melamine cyanamide dicyandiamide glyphosate atrazine malathion "
    "parathion bisphenol triclosan paraquat dimethylformamide tetrahydrofuran cyrene borazine diborane "
    "hydrazine diazomethane nitroglycerin ferrocene cobaltocene nickelocene indigo alizarin juglone emodin "
    "phenolphthalein sinapaldehyde coniferaldehyde ozone sarin soman tabun phosgene carotene ivermectin "
    "praziquantel chloroquine hydroxychloroquine mefloquine primaquine isoniazid rifampicin pyrazinamide "
    "ethambutol sulfamethoxazole trimethoprim carbamazepine fentanyl heroin methadone buprenorphine "
    "psilocybin psilocin cannabidiol tetrahydrocannabinol gossypol mebendazole omeprazole sitagliptin "
    "lenalidomide thalidomide pomalidomide ibrutinib".split()
)
PHRASES = frozenset(
    (
        "acetic anhydride|acetyl chloride|benzoyl chloride|bisphenol a|bisphenol f|bisphenol s|calcein am|"
        "carbonyl sulfide|cellulose acetate|cellulose nitrate|choline chloride|congo red|crystal violet|"
        "cyanogen bromide|dimethyl formamide|eosin y|fluoroethylene carbonate|formamidinium iodide|"
        "graphene oxide|guanidinium chloride|hydrogen peroxide|malachite green|maleic anhydride|"
        "methyl orange|methyl red|methylammonium iodide|methylene blue|nile red|nitric oxide|nitrous oxide|"
        "oxalyl chloride|phthalic anhydride|polybutylene succinate|polybutylene terephthalate|"
        "polyethylene glycol|polyethylene imine|polyethylene oxide|polyethylene terephthalate|"
        "polyglycolic acid|polymethyl methacrylate|polypropylene glycol|polypropylene oxide|"
        "polyvinyl acetate|polyvinyl alcohol|polyvinyl chloride|polyvinyl pyrrolidone|"
        "polyvinylidene difluoride|polyvinylidene fluoride|propylene glycol|propylene oxide|prussian blue|"
        "reduced graphene oxide|rhodamine 6g|rhodamine b|rose bengal|sodium dodecyl sulfate|"
        "succinic anhydride|sulfur hexafluoride|sulfuryl chloride|thionyl chloride|tosyl chloride"
    ).split("|")
)
