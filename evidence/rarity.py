"""How much a word tells: words of discourse tell nothing, words of everyday English little, names and figures most.

The lists are general English, written by hand; they hold stems of no text.
"""

from __future__ import annotations

from functools import lru_cache

from evidence.text import listed, stem, word_key

_DISCOURSE = listed(
    "however therefore thus hence although though despite whereas while meanwhile moreover furthermore additionally addition also besides instead overall ultimately "
    "finally eventually similarly likewise accordingly consequently nevertheless nonetheless otherwise because since unless whether through within without throughout "
    "upon toward towards along across amid amongst beyond including include includes included regarding concerning respectively specifically particularly especially "
    "namely currently previously recently formerly originally subsequently afterwards thereafter following follow follows followed based given provided provide "
    "provides providing several various certain multiple numerous many others another both such like unlike even still yet already often usually typically generally "
    "commonly sometimes frequently always simply actually really quite rather almost nearly approximately roughly further able unable cannot let please note notes "
    "noted noting mention mentions mentioned mentioning highlight highlights highlighted highlighting discuss discusses discussed discussing describe describes "
    "described describing emphasize emphasizes emphasized emphasizing emphasise emphasises refer refers referred referring explain explains explained state states "
    "stated passage passages article articles text texts summary summaries summarize summarise author authors context question questions answer answers information "
    "detail details detailed example examples instance conclusion words step steps way ways thing things something anything everything someone anyone know us now then "
    "today ago later earlier eg ie etc him once report reported reporting reports"
)
_EVERYDAY = listed(
    "time year people man thing woman life child world school group country problem hand part place case week system program work number point home area money story fact "
    "month lot right side kind head house service friend hour line end member community name team idea person back others level day result change morning reason moment good "
    "first last long great little own old big high different small large next early young important few bad same do go get make think take see come want look use find "
    "give work call try need feel become leave put mean keep begin seem help talk turn start show hear play run move live believe hold bring happen sit stand continue set "
    "lead understand watch stop create speak read allow add spend grow open walk offer remember consider appear serve send expect stay reach remain suggest raise "
    "require decide well again together once enough ever far around second third fourth better best current main past recent full free due clear hard easy possible likely "
    "available involve ensure ensuring result cause affect form type types receive consist contain relate relates occur exist involve intend intended seek sought lot bit "
    "real whole major top low late near close inside outside new main total single common general special various"
)
_FAMILIAR = listed(
    "government water room mother story book eye job word business issue service father power game law car city president minute body parent face office door health art war "
    "history party girl boy guy air teacher force education public pay meet learn win buy wait die build fall cut kill pass sell report pull local national human achieve act "
    "action activity address age agree aim amount announce apply approach argue arrive attack attempt attend attention aware base basic battle beautiful benefit board break "
    "brother budget build campaign care career carry center central century challenge chance character charge check choose claim class cold collect color company compare "
    "concern condition contain control cost council couple court cover crime culture customer data date daughter dead deal death debate decade decision deep degree depart "
    "design determine develop development die difference difficult direct discover doctor draw dream drive drop eat economic economy effect effort election energy enjoy enter "
    "event evidence exactly executive experience expert explain express factor fail family famous fear field fight figure fill film final fine fire firm fly focus food foot "
    "force foreign forget former forward fund future gain general generation goal green ground growth half happy heart heat heavy hit hope hospital hot hotel huge hundred "
    "husband identify image impact improve increase indicate individual industry initial interest international interview introduce investment item join key know knowledge "
    "lack land language laugh lawyer lay leader leg legal let letter lie light limit list listen local lose loss love machine magazine maintain manage management market "
    "marriage material matter maybe measure media medical meeting memory message method military million mind miss mission model modern movement movie music nation natural "
    "nature necessary network news newspaper night note notice offer officer official oil operation opportunity option order organization original owner page pain paper "
    "partner patient pattern peace perform perhaps period personal phone physical pick picture piece plan plant player police policy political poor popular population position "
    "positive potential practice prepare present pressure prevent price private probable process produce product production professional professor project promote property "
    "protect prove public purpose push quality quick race radio range rate reach ready realize recognize record reduce reflect region regular relationship release religious "
    "remove replace represent require research resource respond response rest return reveal rich rise risk road rock role rule safe save scene science sea season seat "
    "section security sell senior sense separate series serious share shoot short shot sign significant similar simple single sister site situation size skill social society "
    "son song soon sort sound source south north east west space specific speech spend sport staff stage standard star station step stock store strategy street strong structure "
    "student study stuff style subject success successful suffer support sure surface table task tax technology television tend term test theory threat throw tough town trade "
    "traditional train training travel treat treatment tree trial trip trouble true trust truth understand unit university upper value version victim view village violence "
    "visit voice vote wall weapon wear weight white wide wife window wish wonder worker worry write wrong young aspect assist avoid background benefit brief common complete "
    "complex concept contribute critical demand depend desire despite detail device display document easily effective element emotional employ encourage entire environment "
    "equal equipment essential establish estimate exact expand extend extra extreme facility fair feature fit fix flow fresh function gather gift global grand guide handle "
    "helpful highly ideal immediate independent influence inform initiative inspire install instruction intense interact internal item joint journey judge label latter link "
    "location maximum mental minimum minor mix mixture mode monitor mostly multiple normal obtain obvious occasion opinion oppose origin participate perspective plenty "
    "popular portion possess prefer presence previous primary prior proper propose provide publish rare raise range reaction recommend reduce reference refuse regard reject "
    "rely remember remind remote repeat request rescue reserve resolve restrict retain review rough route rural schedule scope secure select sensitive separate session settle "
    "severe shape shift signal slight slow smooth sort spread stable status strategy stress strict struggle substance suitable supply surround survive suspect switch symbol "
    "target technique temporary thick thin tight tone tool topic track transfer transform trend typical unique update urban urge vary vast vehicle via volume vulnerable warn "
    "wealth weather whole widespread willing yield"
)
_ABSTRACT = listed(
    "ability absence access accomplish account accurate achievement acknowledge adequate advantage advice advise alternative ambition analysis appearance appreciate "
    "appropriate argument aspiration assessment assumption attitude basis beneficial capability category characteristic circumstance claim clarity collaborate combination "
    "commitment comparison complexity comprehensive concept conclude consequence consideration consult contrast controversy contribution convey correct crucial debate dedicate "
    "demonstrate depict description desire discovery distinction diverse diversity dynamic effective effectiveness efficiency efficient emerge emphasis enable encounter engage "
    "enhance essential evaluate evolve evolution existence expectation explanation exploration explore expression extensive extent facilitate flexible focus formation frame "
    "frequent fundamental gesture guidance guideline ideal identity implement implication importance impression impressive incident inclusion indication ingredient innovation "
    "insight inspiration instance integral intention involvement issue journey knowledge lack likelihood limitation meaning meaningful mechanism mention method motivation "
    "narrative necessity nature negative notable notion objective observation obstacle occurrence ongoing option outcome overview particular perception phenomenon pivotal "
    "popularity portray possibility preference presence prevalence primary principle priority profound progress prominent prospect pursue pursuit reaction realm reason "
    "recognition recommendation regard regardless relevance relevant reliable remarkable reputation requirement resonate respective responsibility responsible reveal scenario "
    "scope sequence showcase significance significant situation solution spark specify status strategic strength strive struggle substantial sufficient suggestion summarize "
    "symbolize tendency theme thorough transformation transition trend underlying underscore understanding unfold unique usage utilize valuable value variation variety "
    "versatile viewpoint vital widely"
)
_NOTHING = frozenset(word_key(word) for word in _DISCOURSE)
_LITTLE = frozenset(stem(word) for word in (*_EVERYDAY, *_DISCOURSE))
_SOME = frozenset(stem(word) for word in (*_FAMILIAR, *_ABSTRACT))

LITTLE, SOME, ADVERB, FULL, NAME, FIGURE = 0.25, 0.55, 0.6, 1.0, 1.5, 3.0
"""What a missing word of each kind weighs. Each swept alone on dev of wice and ragtruth_sent (area under the curve of the missing weight): LITTLE 0 to
0.4, SOME 0.3 to 1, NAME 1 to 2.2, FIGURE 1 to 3; all weights 1 cost 0.045 on wice and 0.007 on ragtruth_sent, any
other value within the sweep less than 0.005 on their mean."""


@lru_cache(maxsize=65536)
def weight(word: str) -> float:
    """How much a word tells that is neither a name nor a figure: nothing for discourse, little for everyday words, all for rare ones."""
    if word_key(word) in _NOTHING:
        return 0.0
    one = stem(word)
    if one in _LITTLE:
        return LITTLE
    return SOME if one in _SOME else ADVERB if word.endswith("ly") else FULL
