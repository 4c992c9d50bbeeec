import { FluentProvider } from "@fluentui/react-components";
import { createContext, use, useEffect, useMemo, useState, useSyncExternalStore, type ReactElement, type ReactNode } from "react";
import { THEMES, type Appearance } from "./themes";

export type ThemeChoice = "light" | "dark" | "system";
export const THEME_CHOICES: readonly ThemeChoice[] = ["light", "dark", "system"];

const KEPT = "huntline.theme";
const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

const onSystemChange = (notify: () => void) => {
  systemIsDark.addEventListener("change", notify);
  return () => systemIsDark.removeEventListener("change", notify);
};

interface AppearanceState {
  choice: ThemeChoice;
  appearance: Appearance;
  choose: (choice: ThemeChoice) => void;
}

const AppearanceContext = createContext<AppearanceState>({ choice: "system", appearance: "light", choose: () => undefined });

export const useAppearance = (): AppearanceState => use(AppearanceContext);

const kept = (): ThemeChoice => THEME_CHOICES.find((choice) => choice === localStorage.getItem(KEPT)) ?? "system";

/** Fluent's provider in the chosen theme; `system` follows the operating system while the page is open. */
export function AppearanceProvider({ children }: { children: ReactNode }): ReactElement {
  const [choice, setChoice] = useState(kept);
  const dark = useSyncExternalStore(onSystemChange, () => systemIsDark.matches);
  const appearance: Appearance = choice === "system" ? (dark ? "dark" : "light") : choice;
  useEffect(() => {
    document.documentElement.style.colorScheme = appearance;
  }, [appearance]);
  const state = useMemo(
    () => ({
      choice,
      appearance,
      choose: (next: ThemeChoice) => {
        localStorage.setItem(KEPT, next);
        setChoice(next);
      },
    }),
    [choice, appearance],
  );
  return (
    <AppearanceContext value={state}>
      <FluentProvider theme={THEMES[appearance]} style={{ height: "100%", background: "transparent" }}>
        {children}
      </FluentProvider>
    </AppearanceContext>
  );
}
