"""Words that carry a sentence rather than its matter, in folded form (see ``folding``), by language.

They are indexed, so that a quoted phrase may hold them, and are not asked for otherwise. Words that are stop words in
one language and matter in another (*para*, *son*, *or*) are left out where they could be asked for.
"""

from __future__ import annotations

_ENGLISH = """
a about above after again against all also although am among an and any are as at be because been before
being below between both but by can cannot could did do does doing done down during each either else etc
every few for from further had has have having he hence her here hers herself him himself his how however i
if in into is it its itself just least less let like many may me might more most much must my myself neither
no nor not now of off often on once one only onto or other our ours ourselves out over own per rather same
shall she should since so some such than that the their theirs them themselves then there therefore these
they this those though through thus to too toward towards under until unto up upon us very was we were what
when where whether which while who whom whose why will with within without would yet you your yours yourself
"""

_FRENCH = """
a afin ai ainsi alors apres as au aucun aucune aucuns aura auront aussi autre autres aux avaient avait avant
avec avez avoir avons ayant c car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci comme
comment d dans de depuis des dont du durant elle elles en encore entre es est et etaient etait etant ete
etes etre eu eux fait faut il ils j je jusque l la le les leur leurs lors lorsque lui m ma mais me meme
memes mes mieux moi moins mon n ne ni nos notre nous on ont ou par parce parmi pas pendant peu peut peuvent
plus plusieurs pour pourquoi pourrait puis puisque qu quand que quel quelle quelles quelque quelques quels
qui quoi s sa sans se selon sera serait seront ses si sinon soient soit sommes son sont sous souvent suis
sur t ta te tel telle telles tels tes toi ton toujours tous tout toute toutes tres tu un une vers via voici
voila vos votre vous y
"""

_SPANISH = """
a acerca ademas ahi ahora al algo algun alguna algunas alguno algunos alla alli ambos ante antes aquel
aquella aquellas aquellos aqui asi aun aunque bajo bien cada casi como con contra cual cuales cualquier
cualquiera cuando cuanta cuantas cuanto cuantos de debe deben debera deberan del demas desde despues donde
durante e el ella ellas ello ellos en entre eran es esa esas ese eso esos esta estaba estan estar estas este
esto estos fue fueron fuera ha haber habia habian hacia han hasta hay he la las le les lo los mas me
mediante mi mientras mis misma mismas mismo mismos mucha muchas mucho muchos muy nada ni ninguna ninguno no
nos nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para pero poco por porque pueda
puede pueden pues que quien quienes se segun ser sera seran si sido siempre sin sino sobre son su sus tal
tales tambien tampoco tan tanto te tener tenga ti tiene tienen toda todas todavia todo todos tras tu tus u
un una unas uno unos usted ustedes vosotros y ya yo
"""

_RUSSIAN = """
а без более больше будет будто будут бы был была были было быть в вам вас весь во вот все всегда всего всех
всю вы где да даже для до другая другие другой его ее ей ему если есть еще же за здесь и из или им иметь ими
их к как какая какие каким каких какой кем ко когда кого ком кому которая которого которое которой которому
которую которые которым которых который кто ли либо лишь между меня мне многие много могут может можно мой
мы на над надо нам нас наш не него нее ней некоторые нельзя нет ни нибудь них но ну о об обо один однако он
она они оно от очень по под поэтому после потом потому почему почти при про раз с сам сама сами само свое
своего своей свои своих свой свою себе себя со собой также такая такие такой там те тем теми тех то тогда
того тоже той только том тому тот ту ты у уже хотя чего чей чем через что чтобы чье чья эта эти этим этих
это этого этой этом этому этот эту я является являются
"""

_ARABIC = """
اذ اذا اذن اكثر الا التي الذي الذين اللاتي اللتان اللتين اللذان اللذين اللواتي الي اليه اليها اليهم ام اما
امام ان انا انت انه انها انهم اني او اولئك اي ايضا اين اينما ب بان بانه بانها بد بدون بعد بعض بعضها بل بلا
به بها بهذا بهذه بهم بين بينما تحت تكون تلك ثم ثمه حتي حول حيث حين خلال دون ذات ذلك ذو سوف سوي ضد ضمن طالما
عبر عدا عدم علي عليه عليها عليهم عن عند عندما عنه عنها عنهم غير ف فان فانه فقط فقد فلا فهو فهي في فيما فيه
فيها فيهم قبل قد قط ك كان كانت كانوا كذلك كل كلا كلما كم كما كي كيف كيفيه ل لا لان لانه لانها لدي لديه لديها
لذا لذلك لعل لقد لكل لكن لكنه لكي لم لما لماذا لن له لها لهذا لهذه لهم لو لولا ليس ليست ليسوا ما ماذا مثل مع
معه معها معهم مما من منذ منه منها منهم مهما نحن نحو نعم هاتان هاتين هذا هذان هذه هذين هكذا هل هم هما هن هنا
هناك هنالك هو هي هؤلاء هولاء و وان وانه وانها واو والتي والذي والذين وان وبعد وبين وذلك وعلي وعن وغير وفي
وقد وكان وكانت وكذلك وكل ولا ولكن ولم ولن وله ولها وليس وما ومع ومن ومنها وهذا وهذه وهل وهم وهو وهي يا يجب
يتم يكون يكونوا يمكن
"""

STOP_CHINESE = frozenset(
    [
        "的",
        "了",
        "吗",
        "呢",
        "吧",
        "啊",
        "么",
        "着",
        "之",
        "是",
        "这",
        "那",
        "哪",
        "们",
        "把",
        "被",
        "很",
        "我",
        "你",
        "您",
    ]
)
"""Characters that hold a Chinese sentence together; a pair with one of them says little."""

_CHINESE_PHRASES = """
什么样 是不是 能不能 可不可以 有没有 怎么样 为什么 什么 怎么 怎样 如何 哪些 哪个 是否 可以 应该 应当 需要 必须
如果 以及 并且 或者 因为 所以 由于 关于 对于 根据 按照
通过 进行 哪里 何时 多少 有关 时候 情况下
"""
CHINESE_PHRASES = frozenset(_CHINESE_PHRASES.split())
"""What questions in Chinese are made with; taken out where a question need not be met word for word."""

STOP: dict[str, frozenset[str]] = {
    "en": frozenset(_ENGLISH.split()),
    "fr": frozenset(_FRENCH.split()),
    "es": frozenset(_SPANISH.split()),
    "ru": frozenset(_RUSSIAN.split()),
    "ar": frozenset(_ARABIC.split()),
}
LATIN_STOP = STOP["en"] | STOP["fr"] | STOP["es"]
EVERY_STOP = frozenset[str]().union(*STOP.values())
