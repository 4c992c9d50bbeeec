import { createDarkTheme, createLightTheme, type BrandVariants, type Theme } from "@fluentui/react-components";

const petrol: BrandVariants = {
  10: "#03191d",
  20: "#04262c",
  30: "#06323b",
  40: "#08404b",
  50: "#0a4e5c",
  60: "#0b5c6d",
  70: "#0c697c",
  80: "#0b7488",
  90: "#1f8da3",
  100: "#3ba7bd",
  110: "#55b4c8",
  120: "#6dc0d2",
  130: "#8fd0de",
  140: "#b0dfe9",
  150: "#cfebf1",
  160: "#ecf7fa",
};

// No fonts are shipped: the reader's own, with a face for each of the three languages.
const fontFamilyBase =
  '"Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, "Apple SD Gothic Neo", "Hiragino Sans", "Malgun Gothic", "Yu Gothic UI", "Meiryo", "Noto Sans CJK KR", "Noto Sans CJK JP", "Noto Sans", sans-serif';
const fontFamilyMonospace = '"Cascadia Code", Consolas, "SF Mono", Menlo, "DejaVu Sans Mono", "Noto Sans Mono", monospace';

const light: Theme = { ...createLightTheme(petrol), fontFamilyBase, fontFamilyMonospace };

const dark: Theme = {
  ...createDarkTheme(petrol),
  fontFamilyBase,
  fontFamilyMonospace,
  // Fluent's dark theme takes darker steps of the ramp for text than can be read on its own background.
  colorBrandForeground1: petrol[110],
  colorBrandForeground2: petrol[120],
  colorBrandForegroundLink: petrol[110],
  colorBrandForegroundLinkHover: petrol[120],
  colorBrandForegroundLinkPressed: petrol[100],
};

export type Appearance = "light" | "dark";

export const THEMES: Record<Appearance, Theme> = { light, dark };

/** The mark of what experts wrote: its own colour in each theme, unlike any severity. */
export const EXPERTS: Record<Appearance, { background: string; text: string; border: string }> = {
  light: { background: "#f4eefc", text: "#5c2d91", border: "#d3bdf0" },
  dark: { background: "#332247", text: "#dcc8f8", border: "#6b4a99" },
};

/** The top bar is the same in both themes. */
export const BAR = { background: petrol[20], hover: petrol[40], text: "#ffffff", quiet: petrol[140], line: petrol[120] };
