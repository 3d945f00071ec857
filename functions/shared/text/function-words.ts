/**
 * Function words by language. Few headlines have none. A word that several languages share is in the list of each, and says
 * little about the language.
 */
const FUNCTION_WORDS = {
  en: 'the to and of in is for that you it on with this was be as are have at he not by but from or an your his they has will can about after up out what who over their its more says said into than how why could would new s i we my our been were her she which when amid against',
  de: 'der die das und in den von zu mit ist nicht auf für im sie eine ein sich auch dem des als er an dass bei wie aber aus hat sind nach noch wird einen am um haben einer zum über zur vor es ich wir war nur oder werden so kann bis durch gegen mehr neue unter ihre seine wegen ab',
  fr: 'de la le et les à est des en un du une pour dans qui que au ce sur pas par on ne plus avec il se sa son cette ou sont aux mais d l qu c n s elle ils nous vous a été être fait après leur comme ses entre sans selon depuis',
  es: 'de la el en y que los un por las del se con una para su al no es lo como más o pero sus le ha este esta son fue entre sobre tras desde también ya hasta sin muy qué cómo me si cuando año años ante',
  it: 'di il che la e in un per è del della con una non i le da dei al sono si gli nel alla ha delle lo più anche come dal ma su alle dai nella dalla ecco dell nell all l d degli sul sulla dopo chi tra cosa ai o questo quando',
  pt: 'de o a e que do da em um para com não uma os no na por mais as dos se ao das como mas foi pelo pela é são após ser tem também sobre já até nos nas seu sua à entre contra diz quem ou isso ele ela você está veja',
  nl: 'de het een van en in is op te dat voor met niet zijn die aan er om als ook bij naar uit door maar over na worden wordt heeft nog tegen meer hij ze dan was of wat wel deze tot geen onder hebben kan jaar zo ik je',
  sv: 'och i att det som en på är av för med till den har de inte om ett han men var sig från så nu kan när efter vid hon ska under mot vi eller också blir här över nya får man ut mer hur jag sin alla vill sitt',
  no: 'og i å det som en på er av for med til den har de ikke om et han men var seg fra så nå kan når etter ved hun skal under mot vi eller også blir ble her over ut mer hvor jeg at ha sin da får må disse hvorfor mener ikkje frå dei eit ein ho dette vart',
  da: 'og i at det som en på er af for med til den har de ikke om et han men var sig fra så nu kan når efter ved hun skal under mod vi eller også bliver blev her over ud mere hvor jeg sin da få må disse hvorfor mener der nye ny dette viser denne',
  fi: 'ja on ei että oli mutta kun niin myös hän jos ovat voi nyt sen kuin tai se ole joka olla mitä jo tämä sitten kaikki vielä ne sekä jälkeen mukaan vain miten tästä näin hänen eivät yli ennen uusi kanssa siitä saa',
  hu: 'a az és hogy nem is egy meg de van ez már csak el még ki volt lesz majd mint vagy után ezt most kell azt sem szerint be fel között miatt így lehet nagyon aki ami amely ezért hogyan több alatt új magyar ha',
  ro: 'de în și a la cu din pe pentru nu că care ce un o mai au al sunt este după fost s să se va lui prin ale sau dar cele fi într cum când această acest despre dintre ar am îl ei lor cea cel le între iar unde',
  pl: 'w i na z do się nie to że jest o po od dla za jak a co przez tak ale czy są ma już przed ze był będzie oraz tym tego jego który które może będą być roku pod tylko też u więcej bez jako było która ich we',
  tr: 've bir bu için da de ile çok daha en o gibi olarak kadar olan var sonra ne ki değil mi ilk yeni iki büyük oldu son göre önce dedi nasıl her etti şey ise ya veya tarafından karşı içinde üzerinde neden olacak açıkladı',
  ru: 'в и на не с что по из как за для о к это от его до у после был а но он же будет их так все при или со во еще уже если она они чем также только я мы об может из-за были тоже под где кто без',
  uk: 'в і на не з що у та до за про для від як із після це його а й але по який під час є був він україни україні буде їх чи також які через ми ще вже вона вони або може щоб при без між якщо',
  bg: 'на и в да е за от се с не по са като си ще до че при след а но или из към със през който това най над той има няма как какво които беше още между само във го им му ни бе вече',
  id: 'yang di dan ini untuk dari dengan itu pada ke dalam tidak akan ada bisa juga oleh adalah saat jadi karena lebih sebagai usai hingga telah kata sudah para atau tak bagi dua agar soal ia dia setelah masih hari bakal',
  cs: 'a v na se je s z že do o k za i pro po jako jsou si to od ve ale ze už které který která podle nebo při jak byl byla bude však má také u aby před než ještě mezi kvůli proti let není co kde když těch',
  sk: 'a v na sa je s z že do o k za aj pre po ako sú si to od vo ale zo už ktoré ktorý ktorá podľa alebo pri bol bola bude však má tiež u aby pred než ešte medzi proti nie čo kde keď ich sme nad iba',
  sl: 'in v je na za se da so z s ki pa po od do ne tudi kot iz pri bo ni še bi o med ob kako zaradi že kar ali ko če več proti letos letošnje kdo kaj ter bil bila bodo ji jih sta pred',
  sr: 'i u je na da se za su od sa o ne iz koji što kao ali nije do će po s bi a koje koja već kako zbog posle nakon protiv ili njih kod ja ti on ga pred bez još samo ovo evo svi',
  lt: 'ir į iš kad su yra tai kaip ne po ar dėl apie per savo nuo jau už bet o iki tik prie jo jos jie buvo bus dar pat metų taip kas prieš ant be gali tarp pagal kuris naujienos',
  lv: 'un ir ar par no ka uz kā pēc kas pie tiek lai arī bet vai līdz gada jau tika kļūst pret savu viņš ko to tās šo būs nav pirms starp vēl tas gadā dēļ bez vairāk',
  et: 'ja on ei et see oma kui ka või aga mis ning ta oli kes siis pole seda nii mida pärast üle eesti selle juba veel oleks vastu kuid tema nende peale',
  vi: 'và của là có không được cho trong một với các những người đã này khi từ đến để về sẽ nhiều tại vào ra bị cũng như trên năm hơn sau còn',
  ar: 'في من على إلى أن عن مع التي هذا ما لا بعد بين هذه الذي قبل كان خلال أو ضد حول كما إن ذلك كل قد لم عام منذ',
  fa: 'در به از که این را با است برای آن یک خود تا بر هم شد می ها های کرد شود بود ایران ما اما نیز دو پس گفت شده',
  ur: 'کے کی میں ہے کا اور سے کو نے پر یہ ہیں کہ نہیں بھی اس ایک ہو کیا تو گیا تھا',
} as const;

export type FunctionWordLanguage = keyof typeof FUNCTION_WORDS;

/** The languages that function words can identify. The position of each is its bit. */
export const FUNCTION_WORD_LANGUAGES = Object.keys(FUNCTION_WORDS) as readonly FunctionWordLanguage[];

/** The languages of each lower-case word, as bits. */
export const functionWords: ReadonlyMap<string, number> = bitsOfWords();

function bitsOfWords(): Map<string, number> {
  const bits = new Map<string, number>();
  for (const [n, language] of FUNCTION_WORD_LANGUAGES.entries()) {
    for (const word of FUNCTION_WORDS[language].split(' ')) bits.set(word, (bits.get(word) ?? 0) | (1 << n));
  }
  return bits;
}
