"""English words that are no scientific term and end one: function words and what every abstract says."""

_WORDS = """
a about above across after again against al all allow allowed allowing allows almost alone along already
also although always among an and another any application applications approach approaches are around
article as aspect aspects at available based be became because become been before behavior being below best
better between beyond both broad but by ca came can case cases challenge challenges change changes class
combined come common compared comparison complex concept conclusion conditions consist consists could
current currently data demonstrate demonstrated demonstrates demonstrating depend dependent depends describe
described design designed despite detail detailed determine determined develop developed developing
development did different difficult direct discuss discussed do does due during e.g each easily easy effect
effective effects efficient either enable enabled enables enabling enhance enhanced especially et etc even
every evidence example examples excellent exhibit exhibited exhibits explore explored factors far feature
features few field fig finally find finding findings first five focus following for form formed found four
from full further furthermore future gave general generally give given gives good great had has have having
he help hence her here herein high higher highest highly his how however i i.e identified identify if ii
impact importance important improve improved improvement in include included includes including increase
increased increases increasing indicate indicated indicates insight insights interest interesting into
introduce investigate investigated investigation is issue it its itself just key kind know known lack large
largely larger last later lead leading leads less like limit limited literature little long longer lot low
lower lowest made main mainly major make makes making many may means method methods might model models more
moreover most much multiple must my near nearly necessary need needed needs new next no non nor not note
novel now number observe observed obtain obtained of off offer offers often on once one only open opens or
order other others our out over overall own paper part particular particularly perform performed possible
potential potentially present presented presents previous previously problem problems process processes
produce produced promising properties property propose proposed provide provided provides providing range
rather reach recent recently reduce reduced related relevant remain remains report reported reports require
required requires research respect respectively result resulting results reveal revealed reveals review role
same sample samples scale second section see seen series set several shall she should show showed shown
shows significant significantly similar simple simply since single small smaller so some special specific
still strategies strategy strong studied studies study such suggest suggests suitable support system systems
take taken tested than that the their them then there thereby therefore these they thing this those three
through thus time to together too toward towards two type types under understand understanding understood
unique unlike until up upon us use used useful user uses using usually valuable value values variety various
vary very via view vs was way ways we well were what when where whereas whether which while who whole whose
why wide widely will with within without work works would year years yet you your zero
"""
PLAIN = frozenset(_WORDS.split())
