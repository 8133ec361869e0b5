"""Passages in six languages and questions about them: what the analyser and the ranking were made with.

Each passage has the same name in every language. A question names the passage that must come first or second.
"""

from __future__ import annotations

PASSAGES: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "custody": (
            "Chain of custody",
            "Every transfer of a seized telephone is written down: who handed it over, who received it, when and why. "
            "A gap in this record gives the defence a reason to say that somebody changed the data.",
        ),
        "hash": (
            "Hash values",
            "A hash is a fingerprint of a file. If one bit differs, the value differs; investigators therefore calculate "
            "it when an image of the disk is made and again before the trial.",
        ),
        "preservation": (
            "Preservation requests",
            "A provider deletes connection logs after weeks. A preservation request asks it to freeze the data until the "
            "mutual legal assistance request arrives; it does not ask for disclosure.",
        ),
        "fighters": (
            "Foreign terrorist fighters",
            "Security Council resolution 2178 (2014) obliges States to prosecute those who travel abroad to take part in "
            "terrorist acts. S/RES/2396 (2017) turns to their return and relocation.",
        ),
        "children": (
            "Children associated with armed groups",
            "A child recruited by a terrorist group is first of all a victim. Detention is a measure of last resort and "
            "for the shortest appropriate period; juvenile courts have jurisdiction.",
        ),
        "prison": (
            "Rehabilitation in prison",
            "Programmes for inmates convicted of terrorism offences combine education, vocational training and counselling "
            "by psychologists. Reintegration begins long before release and goes on in the community.",
        ),
        "financing": (
            "Terrorist financing",
            "Banks report suspicious transactions to the financial intelligence unit. Cash couriers, hawala brokers and "
            "virtual assets make it harder to follow the money.",
        ),
        "witness": (
            "Protecting witnesses",
            "Judges may allow anonymous testimony, distortion of the voice or a screen in the courtroom. Relocation of the "
            "family under a new identity is reserved for the gravest threats.",
        ),
        "undercover": (
            "Special investigative techniques",
            "Interception, undercover agents and controlled delivery need authorization by a judge, a time limit and a "
            "proportionate aim. Entrapment makes the evidence inadmissible.",
        ),
        "gender": (
            "Women in extremist groups",
            "Stereotypes lead prosecutors to see women only as victims or wives. Some recruited, financed or enforced; "
            "others were trafficked and sold. Each role is assessed individually.",
        ),
    },
    "fr": {
        "custody": (
            "La chaîne de conservation",
            "Chaque remise d’un téléphone saisi est consignée : qui l’a remis, qui l’a reçu, quand et pourquoi. Une lacune "
            "dans ce registre permet à la défense de soutenir que les données ont été modifiées.",
        ),
        "hash": (
            "L’empreinte numérique",
            "Une empreinte identifie un fichier : si un seul bit diffère, la valeur change. Les enquêteurs la calculent lors "
            "de la copie du disque, puis avant l’audience.",
        ),
        "preservation": (
            "Les demandes de gel des données",
            "Le fournisseur efface les journaux de connexion après quelques semaines. La demande de conservation rapide gèle "
            "les données en attendant la demande d’entraide judiciaire.",
        ),
        "fighters": (
            "Combattants terroristes étrangers",
            "La résolution 2178 (2014) du Conseil de sécurité oblige les États à poursuivre ceux qui se rendent à l’étranger "
            "pour commettre des actes de terrorisme.",
        ),
        "children": (
            "Les enfants associés aux groupes armés",
            "Un enfant recruté par un groupe terroriste est avant tout une victime. La détention est une mesure de dernier "
            "ressort ; les tribunaux pour mineurs sont compétents.",
        ),
        "prison": (
            "La réadaptation en milieu carcéral",
            "Les programmes destinés aux détenus condamnés pour terrorisme associent enseignement, formation professionnelle "
            "et suivi psychologique. La réinsertion commence avant la libération.",
        ),
        "financing": (
            "Le financement du terrorisme",
            "Les banques déclarent les opérations suspectes à la cellule de renseignement financier. Passeurs de fonds, hawala "
            "et actifs virtuels compliquent le suivi de l’argent.",
        ),
        "witness": (
            "La protection des témoins",
            "Le juge peut autoriser un témoignage anonyme, la déformation de la voix ou un écran dans la salle d’audience.",
        ),
        "undercover": (
            "Les techniques spéciales d’enquête",
            "L’écoute, l’infiltration et la livraison surveillée exigent l’autorisation d’un juge et une durée limitée. La "
            "provocation policière rend la preuve irrecevable.",
        ),
        "gender": (
            "Les femmes dans les groupes extrémistes",
            "Les stéréotypes conduisent les procureurs à ne voir les femmes que comme victimes ou épouses. Certaines ont "
            "recruté ou financé ; d’autres ont été vendues.",
        ),
    },
    "es": {
        "custody": (
            "La cadena de custodia",
            "Cada entrega de un teléfono incautado se anota: quién lo entregó, quién lo recibió, cuándo y por qué. Una laguna "
            "permite a la defensa alegar que alguien modificó los datos.",
        ),
        "hash": (
            "El valor hash",
            "El hash es la huella de un archivo: si cambia un solo bit, cambia el valor. Los investigadores lo calculan al "
            "copiar el disco y otra vez antes del juicio.",
        ),
        "preservation": (
            "Solicitudes de conservación",
            "El proveedor borra los registros de conexión a las pocas semanas. La solicitud de conservación congela los datos "
            "hasta que llegue la petición de asistencia judicial recíproca.",
        ),
        "fighters": (
            "Combatientes terroristas extranjeros",
            "La resolución 2178 (2014) del Consejo de Seguridad obliga a los Estados a enjuiciar a quienes viajan al "
            "extranjero para cometer actos de terrorismo.",
        ),
        "children": (
            "Niños asociados con grupos armados",
            "Un niño reclutado por un grupo terrorista es ante todo una víctima. La detención es una medida de último recurso "
            "y son competentes los tribunales de menores, hasta los dieciocho años.",
        ),
        "prison": (
            "La rehabilitación en prisión",
            "Los programas para reclusos condenados por terrorismo combinan educación, formación profesional y apoyo "
            "psicológico. La reinserción empieza antes de la puesta en libertad.",
        ),
        "financing": (
            "La financiación del terrorismo",
            "Los bancos comunican las operaciones sospechosas a la unidad de inteligencia financiera. Los correos de efectivo "
            "y los activos virtuales dificultan seguir el dinero.",
        ),
        "witness": (
            "La protección de los testigos",
            "El juez puede autorizar un testimonio anónimo, la distorsión de la voz o una mampara en la sala.",
        ),
        "undercover": (
            "Técnicas especiales de investigación",
            "La interceptación, el agente encubierto y la entrega vigilada requieren autorización judicial y un plazo. El "
            "delito provocado hace inadmisible la prueba.",
        ),
        "gender": (
            "Las mujeres en los grupos extremistas",
            "Los estereotipos llevan a los fiscales a ver a las mujeres solo como víctimas o esposas. Algunas reclutaron o "
            "financiaron; otras fueron vendidas.",
        ),
    },
    "ru": {
        "custody": (
            "Цепочка хранения доказательств",
            "Каждая передача изъятого телефона записывается: кто передал, кто получил, когда и почему. Пробел в журнале "
            "позволяет защите утверждать, что данные были изменены.",
        ),
        "hash": (
            "Хеш-значения",
            "Хеш — это отпечаток файла: если отличается один бит, отличается и значение. Следователи вычисляют его при "
            "копировании диска и ещё раз перед судом.",
        ),
        "preservation": (
            "Запросы о сохранении данных",
            "Поставщик услуг удаляет журналы соединений через несколько недель. Запрос о сохранении замораживает данные до "
            "поступления запроса о взаимной правовой помощи.",
        ),
        "fighters": (
            "Иностранные боевики-террористы",
            "Резолюция 2178 (2014) Совета Безопасности обязывает государства преследовать тех, кто выезжает за границу для "
            "участия в террористических актах.",
        ),
        "children": (
            "Дети, связанные с вооружёнными группами",
            "Ребёнок, завербованный террористической группой, — прежде всего жертва. Лишение свободы применяется лишь в "
            "крайнем случае; дела рассматривают суды по делам несовершеннолетних.",
        ),
        "prison": (
            "Реабилитация в тюрьме",
            "Программы для заключённых, осуждённых за терроризм, сочетают обучение, профессиональную подготовку и помощь "
            "психологов. Реинтеграция начинается до освобождения.",
        ),
        "financing": (
            "Финансирование терроризма",
            "Банки сообщают о подозрительных операциях подразделению финансовой разведки. Курьеры наличных и виртуальные "
            "активы мешают проследить деньги.",
        ),
        "witness": (
            "Защита свидетелей",
            "Судья может разрешить анонимные показания, искажение голоса или ширму в зале суда.",
        ),
        "undercover": (
            "Специальные методы расследования",
            "Прослушивание, агент под прикрытием и контролируемая поставка требуют разрешения судьи и ограничены сроком. "
            "Провокация делает доказательство недопустимым.",
        ),
        "gender": (
            "Женщины в экстремистских группах",
            "Стереотипы заставляют прокуроров видеть в женщинах лишь жертв или жён. Некоторые вербовали и финансировали; "
            "других продавали.",
        ),
    },
    "ar": {
        "custody": (
            "سلسلة حيازة الأدلة",
            "يُدوَّن كل تسليم للهاتف المضبوط: من سلّمه ومن تسلّمه ومتى ولماذا. وأي ثغرة في السجل تتيح للدفاع أن يقول إن أحداً غيّر البيانات.",
        ),
        "hash": (
            "قيمة التجزئة",
            "التجزئة بصمة الملف: إذا اختلف بت واحد اختلفت القيمة. ويحسبها المحققون عند نسخ القرص ثم مرة أخرى قبل المحاكمة.",
        ),
        "preservation": (
            "طلبات حفظ البيانات",
            "يحذف مقدم الخدمة سجلات الاتصال بعد أسابيع. ويجمّد طلب الحفظ البيانات إلى أن يصل طلب المساعدة القانونية المتبادلة.",
        ),
        "fighters": (
            "المقاتلون الإرهابيون الأجانب",
            "يُلزم قرار مجلس الأمن ٢١٧٨ (٢٠١٤) الدول بملاحقة من يسافرون إلى الخارج للمشاركة في أعمال إرهابية.",
        ),
        "children": (
            "الأطفال المرتبطون بالجماعات المسلحة",
            "الطفل الذي جنّدته جماعة إرهابية ضحية قبل كل شيء. والاحتجاز تدبير أخير، ومحاكم الأحداث هي المختصة.",
        ),
        "prison": (
            "إعادة التأهيل في السجون",
            "تجمع البرامج المخصصة للسجناء المدانين بالإرهاب بين التعليم والتدريب المهني والإرشاد النفسي. وتبدأ إعادة الإدماج قبل الإفراج.",
        ),
        "financing": (
            "تمويل الإرهاب",
            "تبلّغ المصارف وحدة الاستخبارات المالية عن المعاملات المشبوهة. وناقلو النقد والأصول الافتراضية يصعّبون تتبع الأموال.",
        ),
        "witness": (
            "حماية الشهود",
            "يجوز للقاضي أن يأذن بشهادة مجهولة المصدر أو بتحريف الصوت أو بوضع ستار في قاعة المحكمة.",
        ),
        "undercover": (
            "أساليب التحري الخاصة",
            "يتطلب اعتراض الاتصالات والعميل السري والتسليم المراقب إذناً من القاضي ومهلة محددة. والتحريض على الجريمة يجعل الدليل غير مقبول.",
        ),
        "gender": (
            "النساء في الجماعات المتطرفة",
            "تدفع القوالب النمطية المدعين العامين إلى رؤية النساء ضحايا أو زوجات فقط. وقد جنّدت بعضهن غيرهن أو موّلن، وبيعت أخريات.",
        ),
    },
    "zh": {
        "custody": (
            "证据保管链",
            "扣押的电话每一次移交都要记录:谁交出,谁接收,何时,为何。记录中的空白会让辩方主张有人更改了数据。",
        ),
        "hash": (
            "哈希值",
            "哈希是文件的指纹:只要有一个比特不同,数值就不同。侦查人员在复制硬盘时计算一次,审判前再计算一次。",
        ),
        "preservation": (
            "数据保全请求",
            "服务提供商几周后就会删除连接日志。保全请求要求冻结数据,直到司法协助请求送达;它并不要求披露内容。",
        ),
        "fighters": (
            "外国恐怖主义战斗人员",
            "安全理事会第二一七八(2014)号决议要求各国起诉出国参与恐怖行为的人员。第2396(2017)号决议涉及他们的返回。",
        ),
        "children": (
            "与武装团体有关联的儿童",
            "被恐怖团体招募的儿童首先是受害者。拘留是最后手段,时间应尽可能短;少年法庭有管辖权。",
        ),
        "prison": (
            "监狱中的改造",
            "针对因恐怖主义罪行被定罪的囚犯的方案包括教育、职业培训和心理辅导。重返社会的工作在释放之前就开始。",
        ),
        "financing": (
            "资助恐怖主义",
            "银行向金融情报机构报告可疑交易。现金携带者、哈瓦拉和虚拟资产使追踪资金更加困难。",
        ),
        "witness": (
            "保护证人",
            "法官可以允许匿名作证、改变声音或在法庭上设置屏风。只有面临最严重威胁时才为其家人更换身份。",
        ),
        "undercover": (
            "特殊侦查手段",
            "监听、卧底和控制下交付需要法官授权并有期限。引诱犯罪使证据不可采信。",
        ),
        "gender": (
            "极端团体中的妇女",
            "刻板印象使检察官只把妇女看作受害者或妻子。有些人招募或资助他人,另一些人则被贩卖。",
        ),
    },
}

# language, passage, question
QUESTIONS = """
en | custody | gap in the custody record of phones
en | custody | who received the seized telephones
en | hash | file fingerprints
en | hash | calculating hashes of disk images
en | preservation | how long do providers keep connection log files?
en | preservation | freezing data before a mutual legal assistance request
en | fighters | S/RES/2396
en | fighters | SRES2396
en | fighters | resolution 2178 (2014)
en | fighters | travelling abroad to commit terrorism
en | children | juveniles recruited by terrorists
en | children | is a detained child a victim
en | prison | psychological counselling of convicted prisoners
en | prison | "vocational training"
en | financing | virtual asset
en | financing | how can suspicious bank transactions be followed
en | witness | testify anonymously behind a screen
en | undercover | judicial authorisation of interceptions
en | undercover | when is evidence not admissible because of entrapment
en | gender | prosecutors' stereotypes about women
fr | custody | téléphones saisis
fr | custody | lacunes du registre de conservation
fr | hash | calcul des empreintes avant audience
fr | preservation | demande de gel
fr | preservation | combien de temps un fournisseur garde-t-il les journaux de connexion ?
fr | fighters | poursuivre les combattants étrangers
fr | fighters | resolution 2178
fr | children | mineurs recrutés, victimes
fr | prison | reinsertion des detenus
fr | prison | accompagnement psychologique des condamnés
fr | financing | l'argent du terrorisme, actif virtuel
fr | witness | témoigner anonymement
fr | undercover | autorisation judiciaire de l'infiltration
fr | undercover | irrecevabilité de la preuve, provocation
fr | gender | femme vendue par un groupe extrémiste
es | custody | teléfonos incautados
es | custody | cadenas de custodia
es | hash | calcular la huella de archivos
es | preservation | conservacion de registros por los proveedores
es | preservation | ¿cuánto tiempo guarda el proveedor las conexiones?
es | fighters | viajar al extranjero para cometer terrorismo
es | children | la niñez víctima de reclutamiento: niño
es | children | dieciocho años
es | prison | programas de reinsercion para presos y reclusos
es | financing | operación bancaria sospechosa
es | witness | testigo anónimo
es | undercover | agentes encubiertos autorizados por el juez
es | gender | fiscales y estereotipos sobre la mujer
ru | custody | изъятые телефоны
ru | custody | пробелы в журнале передачи
ru | hash | отпечатки файлов
ru | hash | еще раз перед судом вычислить хеш
ru | preservation | запрос о сохранении
ru | preservation | сколько времени поставщик хранит журнал соединений
ru | fighters | резолюции Совета Безопасности о боевиках
ru | children | завербованные дети, несовершеннолетние
ru | children | ребенок как жертва
ru | prison | осужденный заключенный, помощь психолога
ru | financing | подозрительная операция банка
ru | witness | анонимный свидетель
ru | undercover | разрешение суда на прослушивание
ru | gender | стереотип о женщине
ar | custody | ثغرات سلسلة الحيازة
ar | custody | الهواتف المضبوطة
ar | hash | بصمات الملفات
ar | hash | يحسب المحقق التجزئة قبل المحاكمات
ar | preservation | طلب حفظ
ar | preservation | كم من الوقت يحتفظ مقدمو الخدمات بسجل الاتصالات
ar | fighters | قرارات مجلس الأمن 2178
ar | fighters | مقاتل إرهابي أجنبي
ar | children | تجنيد الأطفال
ar | children | محكمة الأحداث
ar | prison | برنامج تأهيل السجين
ar | financing | معاملة مالية مشبوهة في مصرف
ar | witness | شاهد مجهول
ar | undercover | إذن القاضي باعتراض الاتصال
ar | undercover | الأدلة غير المقبولة بسبب التحريض
ar | gender | المرأة والقوالب النمطية عند المدعي العام
zh | custody | 扣押电话的移交记录
zh | custody | 保管链
zh | hash | 如何计算文件的指纹?
zh | preservation | 提供商保存日志多长时间
zh | preservation | 请求冻结数据
zh | fighters | 第2178号决议
zh | fighters | 第二三九六号决议
zh | fighters | 返回的外国战斗人员怎么起诉
zh | children | 招募儿童的受害者身份
zh | prison | 囚犯的心理辅导和职业培训
zh | financing | 可疑的银行交易
zh | witness | 证人匿名
zh | undercover | 法官是否可以授权监听
zh | gender | 检察官对妇女的刻板印象
"""


def questions() -> list[tuple[str, str, str]]:
    """Return every question as (language, passage, words)."""
    rows = (line.split("|", 2) for line in QUESTIONS.strip().splitlines())
    return [(language.strip(), passage.strip(), words.strip()) for language, passage, words in rows]
