import { makeStyles, tokens } from "@fluentui/react-components";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, ReactElement, Ref } from "react";

const useStyles = makeStyles({
  link: { color: tokens.colorBrandForegroundLink, textDecorationLine: "none", borderRadius: tokens.borderRadiusSmall, ":hover": { textDecorationLine: "underline", color: tokens.colorBrandForegroundLinkHover }, ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "2px" } },
});

function Anchor({ ref, children, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> }): ReactElement {
  const styles = useStyles();
  return (
    <a {...rest} ref={ref} className={styles.link}>
      {children}
    </a>
  );
}

/** A link to another screen, typed by the router. */
export const TextLink = createLink(Anchor);
