# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
"""Word parts of systematic and retained chemical names, as plain tables.

Source: IUPAC Recommendations 2013, P-14.2 (multiplicative prefixes), P-21 (parent hydrides), P-22 and P-25 (rings,
retained names), P-29 (substituent prefixes), P-33 (suffixes), P-34 (retained functional parents).
"""

MULTIPLIERS = (
    "mono di tri tetra penta hexa hepta octa nona deca undeca dodeca bis tris tetrakis per poly".split()
)
STEMS = (
    "meth eth prop but pent hex hept oct non dec undec dodec tridec tetradec pentadec hexadec heptadec "
    "octadec icos docos".split()
)
PREFIXES = (
    "chloro bromo fluoro iodo nitro nitroso amino hydroxy oxo oxy thio sulfo mercapto cyano azido diazo azo "
    "methoxy ethoxy propoxy butoxy phenoxy benzyloxy acetoxy acet acetyl benzoyl benzo cyclo bicyclo "
    "tricyclo spiro iso neo nor homo epoxy dehydro hydro oxa aza thia sila bora phospha seleno carboxy "
    "carbonyl formyl carbamoyl sulfonyl sulfinyl silyl siloxy stannyl boryl phenyl benzyl vinyl allyl tolyl "
    "tosyl mesityl propargyl isopropyl isobutyl naphthyl furyl thienyl pyridyl imino hydrazino phospho "
    "phosphono methylene ethylene vinylidene propylene pyrido furo thieno pyrrolo imidazo pyrazolo triazolo "
    "pyrimido quino indolo naphtho phenoxy methylthio fluor tert cyclopenta cyclohexa acetamido benzamido "
    "tosylate glycidyl salicyl cinnam anthra lauryl cetyl stearyl oleyl".split()
)
PARENTS = (
    "benzene toluene xylene styrene naphthalene anthracene phenanthrene pyrene fluorene perylene tetracene "
    "pentacene biphenyl coronene azulene indene cumene mesitylene stilbene tolane pyridine bipyridine "
    "terpyridine pyrimidine pyrazine pyridazine triazine quinoline isoquinoline quinoxaline quinazoline "
    "acridine phenanthroline indole isoindole indoline indazole carbazole benzimidazole imidazole "
    "imidazoline pyrazole triazole tetrazole oxazole thiazole isoxazole oxadiazole thiadiazole "
    "benzotriazole benzothiazole benzothiadiazole pyrrole furan thiophene benzofuran benzothiophene pyran "
    "chromene coumarin dioxane dioxolane morpholine piperidine piperazine pyrrolidine pyrrolidone azetidine "
    "aziridine oxirane oxetane phenol naphthol cresol aniline toluidine anisole catechol resorcinol "
    "hydroquinone benzoquinone naphthoquinone anthraquinone benzaldehyde acetaldehyde formaldehyde "
    "acetophenone benzophenone benzonitrile acetonitrile acrylonitrile formamide acetamide acrylamide "
    "benzamide phthalimide naphthalimide maleimide succinimide urea thiourea guanidine hydrazine "
    "hydroxylamine purine caprolactam valerolactone butyrolactone caprolactone lactide glycerol furfural "
    "porphyrin phthalocyanine phenothiazine phenoxazine cinnamaldehyde oxazolidinone hydantoin bithiophene "
    "terthiophene diazirine norbornene norbornadiene adamantane cubane ferrocene cobaltocene squalene "
    "limonene pinene isoprene chloroprene thiirane selenophene silole phosphole borole dioxin xanthene "
    "uracil cytosine adenine guanine thymine uridine adenosine siloxane ethylene propylene butylene "
    "acetylene acetone phosgene quinone xanthone flavone chalcone".split()
)
ALKANE_ENDS = (
    "ane ene yne adiene adiyne atriene anol anediol anetriol anal anedial anone anedione anamine anediamine "
    "anethiol anenitrile anedinitrile anamide enal enol enone enamine ynol anolamine".split()
)
SUFFIXES = (
    "amine amide imide imine ol diol triol thiol dithiol one dione al dial nitrile dinitrile carbonitrile "
    "carbaldehyde carboxaldehyde dicarbaldehyde carboxamide dicarboxamide sulfonamide diamine triamine "
    "tetramine phosphine diphosphine phosphite silane disilane borane stannane germane arsine sulfane "
    "siloxane disiloxane hydrazine hydroxylamine carbodiimide ether glycol isocyanate ene diene triene yne "
    "diyne ane amidine oxime lactone lactam ketone guanidine carbinol aldehyde carbonate".split()
)
"""Ends that make a name only after another part; alone or after `di` they are names of classes."""
CLASS_ONLY = frozenset(
    "polyol polyene polyyne polyimine polyamine polyamide polyimide polysilane polysiloxane polyether "
    "polyketone diol triol polyethers diene triene polydiene amine imine thiol cycloalkane sulfonamide "
    "hydrosilane hydroborane chlorosilane aminal hydroxyl thioether dithioether thioketone thioamide "
    "thiolactone carbonylation oxime cycloal nitroaldehyde isonitrile azoal aminoamide methylol "
    "hydroxyamide homoaldol thione hydroxyketone aminoketone epoxyketone aminoaldehyde oxoamide thiodiol "
    "sulfonylimine aminoalcohol hydrol oxone formal isomethane methylal "
    "ethylal polyphenol phenylene acetal diacetal hydroxylic siloxane "
    "silylene methylene azaindole porphyrin triazine hydroxyaldehyde cyanoether oxyether dioxygen diazone "
    "hydrazone hydroxyketones phenylation cyclone".split()
)
"""Words that can be cut into parts and yet name a class, a group or something else."""
ACID_ENDS = (
    "oic oxylic carboxylic dicarboxylic tricarboxylic tetracarboxylic sulfonic disulfonic sulfinic boronic "
    "phosphonic phosphinic benzoic acetic propionic butyric anoic anedioic enoic enedioic phthalic acrylic "
    "malonic succinic salicylic cinnamic phosphoric hydroxamic".split()
)
ACIDS = frozenset(
    "sulfuric sulphuric sulfurous hydrochloric hydrobromic hydroiodic hydrofluoric nitric nitrous "
    "phosphoric phosphorous perchloric chloric hypochlorous carbonic boric acetic formic propionic butyric "
    "valeric oxalic malonic succinic glutaric adipic maleic fumaric malic tartaric citric lactic glycolic "
    "pyruvic ascorbic benzoic salicylic phthalic isophthalic terephthalic trimesic trimellitic pyromellitic "
    "acrylic methacrylic itaconic crotonic sorbic cinnamic caffeic ferulic coumaric gallic tannic vanillic "
    "syringic oleic linoleic linolenic stearic palmitic myristic lauric arachidonic undecylenic levulinic "
    "glutamic aspartic hyaluronic alginic polyacrylic polylactic polyglycolic trifluoroacetic "
    "trichloroacetic chloroacetic dichloroacetic methanesulfonic triflic picric nicotinic isonicotinic "
    "folic valproic retinoic abietic chlorogenic rosmarinic ellagic quinic shikimic gluconic glucuronic "
    "galacturonic uric barbituric cyanuric mandelic hippuric anthranilic sulfanilic squaric kojic betulinic "
    "ursolic polyphosphoric peracetic performic perfluorooctanoic perfluorononanoic zoledronic "
    "eicosapentaenoic aminobutyric camphorsulfonic phosphotungstic silicotungstic phosphomolybdic selenious "
    "selenic telluric chromic arsenic arsenious".split()
)
