/** Words that published translations got wrong: how ours say them, and what no text may say. */
export interface Term {
  /** Where this matches the English text, the translations must use one of their words. */
  english: RegExp;
  ko: readonly string[];
  ja: readonly string[];
}

export const TERMS: readonly Term[] = [
  { english: /\bcontain (the|an) (attack|device|incident)/i, ko: ["봉쇄", "격리"], ja: ["封じ込め"] },
  { english: /targeted attack notification/i, ko: ["표적 공격 알림"], ja: ["標的型攻撃通知"] },
  // "Threat experts" with this capital is the tag, which keeps its name in every language.
  { english: /^threat experts?\b/i, ko: ["위협 전문가"], ja: ["脅威エキスパート"] },
  { english: /experts on demand/i, ko: ["온디맨드 전문가"], ja: ["エキスパート オンデマンド"] },
  { english: /full subscription/i, ko: ["정식 구독"], ja: ["正式サブスクリプション"] },
  { english: /\btrial\b/i, ko: ["평가판"], ja: ["試用版"] },
  { english: /conclude/i, ko: ["종결"], ja: ["完了", "終結"] },
  { english: /living.off.the.land/i, ko: ["시스템 내장 도구 악용(LOLBin)"], ja: ["環境寄生型バイナリ(LOLBin)"] },
];

/** Renderings that say something else; our texts find other words even where these would be right. */
export const FORBIDDEN = {
  ko: ["포함", "수행", "전체 평가판", "이진수 이진", "대상 공격 알림"],
  ja: ["含め", "ライブオフ", "ターゲット攻撃通知"],
} as const;
