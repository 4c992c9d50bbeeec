import { Button, type ButtonProps } from "@fluentui/react-components";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, ReactElement, Ref } from "react";

type Props = Pick<ButtonProps, "appearance" | "icon" | "size"> & AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> };

function AnchorButton({ ref, appearance, icon, size, children, ...rest }: Props): ReactElement {
  return (
    <Button as="a" {...(rest as object)} ref={ref} appearance={appearance} icon={icon} size={size}>
      {children}
    </Button>
  );
}

/** A link that looks like a button, because it starts something. */
export const ButtonLink = createLink(AnchorButton);
