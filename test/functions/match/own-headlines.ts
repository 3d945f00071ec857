/** Headlines of our own, in the shape of the collected ones, for machines without those. */
export const OWN_HEADLINES = [
  ['en', 'The old bridge over the Kessel will be closed for repairs until the autumn'],
  ['de', 'Die alte Brücke über den Kessel wird für Reparaturen bis zum Herbst gesperrt'],
  ['fr', 'Le vieux pont sur la rivière sera fermé pour des travaux jusqu’à l’automne'],
  ['es', 'El viejo puente sobre el río estará cerrado por obras hasta el otoño'],
  ['it', 'Il vecchio ponte sul fiume sarà chiuso per lavori fino all’autunno'],
  ['pt', 'A velha ponte sobre o rio não será aberta antes do outono, dizem os engenheiros'],
  ['nl', 'De oude brug over de rivier wordt gesloten voor herstel tot in het najaar'],
  ['pl', 'Stary most nad rzeką nie będzie otwarty przed jesienią, ponieważ jest to trudna naprawa'],
  ['ru', 'Этот мост через реку был закрыт, потому что его опоры не выдержали воды'],
  ['el', 'Η παλιά γέφυρα στο ποτάμι θα κλείσει για επισκευές μέχρι το φθινόπωρο'],
  ['he', 'הגשר הישן מעל הנהר ייסגר לשיפוצים עד הסתיו'],
  ['ar', 'إغلاق الجسر القديم فوق النهر للإصلاح حتى الخريف'],
  ['ja', '川にかかる古い橋は秋まで修理のために閉鎖される'],
  ['ko', '강 위의 오래된 다리는 가을까지 수리를 위해 닫힌다'],
].map(([language = '', title = '']) => ({ language, title, description: null }));
