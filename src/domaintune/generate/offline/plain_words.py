"""English words that are no scientific term and end one: function words and what every abstract says."""

_WORDS = """
a about above absence accuracy achieve achieved across activities activity addition adequate after again
against agreement al all allow allowed allowing allows almost alone along already also although always among
an analyses and another any application applications approach approaches are around article as aspect
aspects at available based be became because become been before behavior being below best better between
beyond both broad but by ca calculation calculations came can case cases challenge challenges change changes
characterisation characterization class cm combined come common compared comparison complex component
components compound compounds computational concentration concentrations concept conclusion conditions
consist consists could current currently data dataset datasets demonstrate demonstrated demonstrates
demonstrating depend dependent depends derivative derivatives describe described design designed despite
detail detailed determine determined develop developed developing development did different difficult direct
discuss discussed do does due during e.g each easily easy effect effective effects efficiency efficient
either enable enabled enables enabling energies enhance enhanced especially et etc even every evidence
example examples excellent exhibit exhibited exhibits experiment experimental experiments explore explored
factors far feature features few field fig finally find finding findings first five focus following for form
formed found four framework from full further furthermore future gave general generally give given gives
good great groups had hand has have having he help hence her here herein high higher highest highly his how
however i i.e identified identify if ii impact implementation importance important improve improved
improvement in include included includes including increase increased increases increasing indicate
indicated indicates information insight insights interaction interactions interest interesting into
introduce investigate investigated investigation is issue it its itself just kcal key kind kj know knowledge
known lack large largely larger last later lead leading leads less level levels like limit limited
literature little long longer lot low lower lowest made main mainly major make makes making many material
materials maximum may means measurement measurements mechanism mechanisms method methods might minimum mm
model models mol molecule molecules more moreover most much multiple must my near nearly necessary need
needed needs new next nm no non nor not note novel now number observe observed obtain obtained of off offer
offers often on once one only open opens or order other others our out over overall own paper parameter
parameters part particular particularly perform performance performed phases physical possible potential
potentially precise predict predicted predicting prediction predictions presence present presented presents
previous previously problem problems process processes produce produced production promising properties
property propose proposed protocol protocols provide provided provides providing range rate rates rather
ratio reach reactions recent recently reduce reduced related relationship relationships relevant remain
remains report reported reports require required requires research respect respectively response result
resulting results reveal revealed reveals review role same sample samples scale science second section see
seen series set several shall she should show showed shown shows significant significantly similar simple
simply simulations since single small smaller so solutions some special specific stability state states
still strategies strategy strong structural structure structures studied studies study such suggest suggests
suitable support surfaces synthesis system systems take taken target targets technique techniques
technologies technology temperature temperatures tested than that the their them then theoretical theory
there thereby therefore these they thing this those three through thus time to together too tool tools
toward towards two type types under understand understanding understood unique unlike until up upon us use
used useful user uses using usually valuable value values variety various vary very via view vs was way ways
we well were what when where whereas whether which while who whole whose why wide widely will with within
without work works would year years yet you your zero
"""
PLAIN = frozenset(_WORDS.split())
