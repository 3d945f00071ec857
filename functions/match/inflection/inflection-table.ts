/**
 * A set of endings, without diacritics, that forms of one word may have: those of a noun, or those of a verb. The
 * stemmer alone would also match derived words, such as "casa" and "casado", or "Arbeit" and "Arbeiter".
 */
export interface InflectionRule {
  readonly endings: RegExp;
  /** Minimum length of the beginning that both words share. Short words are alike by chance. */
  readonly minStem: number;
  readonly maxStem?: number;
}

/**
 * Rules by language. Verbs and changes of gender need a longer shared beginning: "caso" is not the masculine form of
 * "casa".
 */
export const INFLECTION_TABLE: Readonly<Record<string, readonly InflectionRule[]>> = {
  da: [
    { minStem: 4, endings: /^(e|e?n|e?t|e?r|e?ne|er?ne)?s?$/ },
    { minStem: 4, endings: /^(er?|te?|ed?e|et|es)$/ },
  ],
  de: [
    { minStem: 3, endings: /^(en?|es|n|s|ns|nen)?$/ },
    // A longer stem with "er" usually names a person who does something, such as "Arbeiter".
    { minStem: 3, maxStem: 5, endings: /^(er|ern|es|e|s)?$/ },
    { minStem: 4, endings: /^e[mnrs]?$/ },
  ],
  es: [
    { minStem: 3, endings: /^(e?s)?$/ },
    { minStem: 6, endings: /^([ao]s?|es)?$/ },
    { minStem: 5, endings: /^(ar|an?|ó|aron|aban?|ando|aran?)$/ },
    { minStem: 5, endings: /^([ei]r|en?|ió|ieron|ian?|iendo|[ei]ran?)$/ },
  ],
  fi: [
    {
      minStem: 4,
      endings:
        /^([aeiouy]?n|t|[ae]|t[ae]|tt[ae]|i?[ae]|i?(ss|st|ll|lt)[ae]|i?lle|i?n[ae]|i?ksi|seen|siin|i?hin|h[aeiouy]n|ien|jen|iden|itten|j[ae]|it[ae]|iin)?$/,
    },
  ],
  fr: [
    { minStem: 3, endings: /^[sx]?$/ },
    { minStem: 5, endings: /^e?s?$/ },
    { minStem: 4, endings: /^(ie|e)(n|l|r|rs|re|res|nne|lle|ns|ls|nnes|lles)$/ },
    { minStem: 4, endings: /^(eux|euses?)$/ },
    { minStem: 3, endings: /^(als?|aux|ales?)$/ },
    { minStem: 4, endings: /^(ifs?|ives?)$/ },
    { minStem: 5, endings: /^(er|ée?s?|a|erent|ait|aient|era|eront)$/ },
    { minStem: 5, endings: /^(er|e|ent|era|eront)$/ },
    { minStem: 4, endings: /^ée?s?$/ },
  ],
  hu: [
    {
      minStem: 4,
      endings:
        /^[aeou]?(k|m|d|j?[ae]i?|ai?|ei?|[aeuo]?nk|[ai]k|eik|juk|jai|jei|jaik|jeik|uk)?(t|[aeo]t|b[ae]n?|n[ae]k|v[ae]l|r[ae]|r[ou]l|[aeo]?n|n[ae]l|h[oe]z|t[ou]l|b[ou]l|ig|ert|kent|e)?$/,
    },
  ],
  it: [
    { minStem: 3, endings: /^[oi]$/ },
    { minStem: 3, endings: /^[ae]$/ },
    { minStem: 4, endings: /^[ei]$/ },
    { minStem: 6, endings: /^[aeio]$/ },
    { minStem: 5, endings: /^(are|ano|ò|ava|avano|erà|eranno|ando|arono|a)$/ },
  ],
  nl: [{ minStem: 3, endings: /^(en?|n|s)?$/ }],
  no: [
    { minStem: 4, endings: /^(e|e?n|e?t|e?r|e?ne)?s?$/ },
    { minStem: 4, endings: /^(er?|te?|et|es)$/ },
  ],
  pt: [
    { minStem: 3, endings: /^(e?s)?$/ },
    { minStem: 3, endings: /^(ao|oes|aos|aes)$/ },
    { minStem: 3, endings: /^(a|e|o|u)(l|is)$/ },
    { minStem: 3, endings: /^(m|ns)$/ },
    { minStem: 6, endings: /^[ao]?s?$/ },
    { minStem: 5, endings: /^(ar|am?|ou|aram|ando|avam?|ara|arao)$/ },
    { minStem: 5, endings: /^([ei]r|em?|eu|iu|[ei]ram|[ei]ndo|iam?|[ei]ra|[ei]rao)$/ },
  ],
  ro: [
    { minStem: 4, endings: /^(i|e|le|ul|ului|uri|urile|urilor|a|ei|ele|elor|ii|ilor|lui|l|ile)?$/ },
    { minStem: 5, endings: /^(a|e|eaza|at|ata|ati|ate|and|a|au)$/ },
  ],
  ru: [
    {
      minStem: 3,
      endings:
        /^([аяоеуюыиьй]|[оеё]м|[оеё]в|[ое]й|[ое]ю|[ая]м|[ая]ми|[ая]х|ью|ия|ию|ии|ие|ий|ией|ием|иям|иями|иях)?$/,
    },
    {
      minStem: 3,
      endings: /^([ыио]й|ая|яя|[ое]е|[ыи]е|[ое]го|[ое]му|[ыи]м|[ое]м|ую|юю|[ыи]х|[ыи]ми|[ое]й)$/,
    },
    { minStem: 4, endings: /^([аиеыя]?(ть|л|ла|ло|ли)|[аеия]?[ею]т|[ия]т|[ую]т)$/ },
  ],
  sv: [
    { minStem: 4, endings: /^([aeo]|[aeo]?r|e?n|e?t|[aeo]?rna|na)?s?$/ },
    { minStem: 4, endings: /^(a|ar|er|a?de|te|a?t|as|ades|ats)$/ },
  ],
  tr: [
    {
      minStem: 3,
      endings:
        /^(l[ae]r)?([iu]|s[iu]|[iu]?m|[iu]?n|[iu]?m[iu]z|[iu]?n[iu]z)?n?(y?[ae]|y?[iu]|[dt][ae]n?|n?[iu]n|y?l[ae]|[dt]aki|[dt]eki)?$/,
    },
  ],
};

/** Letters at the end of a word whose diacritic makes another form: "place" is not "placé". */
export const DISTINCTIVE_DIACRITICS: Readonly<Record<string, RegExp>> = {
  es: /[óé]$/,
  fr: /é(?=e?s?$)/,
  it: /[òàé]$/,
};
