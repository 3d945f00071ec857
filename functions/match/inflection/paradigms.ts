/**
 * Endings, without diacritics, that words of one stem may have and be the same word: those of a noun, those of a verb.
 * A stemmer alone also takes for one what is derived: "casa" and "casado", "Arbeit" and "Arbeiter".
 */
export interface Paradigm {
  readonly endings: RegExp;
  /** How long the beginning must be that both words have in common; short words are alike by chance. */
  readonly least: number;
  readonly most?: number;
}

/** By language. Verbs and changes of gender need a longer beginning: "caso" is not the man of "casa". */
export const PARADIGMS: Readonly<Record<string, readonly Paradigm[]>> = {
  da: [
    { least: 4, endings: /^(e|e?n|e?t|e?r|e?ne|er?ne)?s?$/ },
    { least: 4, endings: /^(er?|te?|ed?e|et|es)$/ },
  ],
  de: [
    { least: 3, endings: /^(en?|es|n|s|ns|nen)?$/ },
    // Of longer words it makes who does it: "Arbeiter".
    { least: 3, most: 5, endings: /^(er|ern|es|e|s)?$/ },
    { least: 4, endings: /^e[mnrs]?$/ },
  ],
  es: [
    { least: 3, endings: /^(e?s)?$/ },
    { least: 6, endings: /^([ao]s?|es)?$/ },
    { least: 5, endings: /^(ar|an?|ó|aron|aban?|ando|aran?)$/ },
    { least: 5, endings: /^([ei]r|en?|ió|ieron|ian?|iendo|[ei]ran?)$/ },
  ],
  fi: [
    {
      least: 4,
      endings:
        /^([aeiouy]?n|t|[ae]|t[ae]|tt[ae]|i?[ae]|i?(ss|st|ll|lt)[ae]|i?lle|i?n[ae]|i?ksi|seen|siin|i?hin|h[aeiouy]n|ien|jen|iden|itten|j[ae]|it[ae]|iin)?$/,
    },
  ],
  fr: [
    { least: 3, endings: /^[sx]?$/ },
    { least: 5, endings: /^e?s?$/ },
    { least: 4, endings: /^(ie|e)(n|l|r|rs|re|res|nne|lle|ns|ls|nnes|lles)$/ },
    { least: 4, endings: /^(eux|euses?)$/ },
    { least: 3, endings: /^(als?|aux|ales?)$/ },
    { least: 4, endings: /^(ifs?|ives?)$/ },
    { least: 5, endings: /^(er|ée?s?|a|erent|ait|aient|era|eront)$/ },
    { least: 5, endings: /^(er|e|ent|era|eront)$/ },
    { least: 4, endings: /^ée?s?$/ },
  ],
  hu: [
    {
      least: 4,
      endings:
        /^[aeou]?(k|m|d|j?[ae]i?|ai?|ei?|[aeuo]?nk|[ai]k|eik|juk|jai|jei|jaik|jeik|uk)?(t|[aeo]t|b[ae]n?|n[ae]k|v[ae]l|r[ae]|r[ou]l|[aeo]?n|n[ae]l|h[oe]z|t[ou]l|b[ou]l|ig|ert|kent|e)?$/,
    },
  ],
  it: [
    { least: 3, endings: /^[oi]$/ },
    { least: 3, endings: /^[ae]$/ },
    { least: 4, endings: /^[ei]$/ },
    { least: 6, endings: /^[aeio]$/ },
    { least: 5, endings: /^(are|ano|ò|ava|avano|erà|eranno|ando|arono|a)$/ },
  ],
  nl: [{ least: 3, endings: /^(en?|n|s)?$/ }],
  no: [
    { least: 4, endings: /^(e|e?n|e?t|e?r|e?ne)?s?$/ },
    { least: 4, endings: /^(er?|te?|et|es)$/ },
  ],
  pt: [
    { least: 3, endings: /^(e?s)?$/ },
    { least: 3, endings: /^(ao|oes|aos|aes)$/ },
    { least: 3, endings: /^(a|e|o|u)(l|is)$/ },
    { least: 3, endings: /^(m|ns)$/ },
    { least: 6, endings: /^[ao]?s?$/ },
    { least: 5, endings: /^(ar|am?|ou|aram|ando|avam?|ara|arao)$/ },
    { least: 5, endings: /^([ei]r|em?|eu|iu|[ei]ram|[ei]ndo|iam?|[ei]ra|[ei]rao)$/ },
  ],
  ro: [
    { least: 4, endings: /^(i|e|le|ul|ului|uri|urile|urilor|a|ei|ele|elor|ii|ilor|lui|l|ile)?$/ },
    { least: 5, endings: /^(a|e|eaza|at|ata|ati|ate|and|a|au)$/ },
  ],
  ru: [
    {
      least: 3,
      endings:
        /^([аяоеуюыиьй]|[оеё]м|[оеё]в|[ое]й|[ое]ю|[ая]м|[ая]ми|[ая]х|ью|ия|ию|ии|ие|ий|ией|ием|иям|иями|иях)?$/,
    },
    { least: 3, endings: /^([ыио]й|ая|яя|[ое]е|[ыи]е|[ое]го|[ое]му|[ыи]м|[ое]м|ую|юю|[ыи]х|[ыи]ми|[ое]й)$/ },
    { least: 4, endings: /^([аиеыя]?(ть|л|ла|ло|ли)|[аеия]?[ею]т|[ия]т|[ую]т)$/ },
  ],
  sv: [
    { least: 4, endings: /^([aeo]|[aeo]?r|e?n|e?t|[aeo]?rna|na)?s?$/ },
    { least: 4, endings: /^(a|ar|er|a?de|te|a?t|as|ades|ats)$/ },
  ],
  tr: [
    {
      least: 3,
      endings:
        /^(l[ae]r)?([iu]|s[iu]|[iu]?m|[iu]?n|[iu]?m[iu]z|[iu]?n[iu]z)?n?(y?[ae]|y?[iu]|[dt][ae]n?|n?[iu]n|y?l[ae]|[dt]aki|[dt]eki)?$/,
    },
  ],
};

/** Letters at the end of a word whose diacritic makes another form of it: "place" is not "placé". */
export const TELLING: Readonly<Record<string, RegExp>> = {
  es: /[óé]$/,
  fr: /é(?=e?s?$)/,
  it: /[òàé]$/,
};
