import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import type { ReactElement } from "react";
import type { FieldError } from "@/shared/api/allauth";

/** What the sign-in server refused; it writes in the reader's language. */
export function AuthErrors({ errors }: { errors: FieldError[] }): ReactElement | null {
  if (errors.length === 0) return null;
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>{errors.map(({ message }) => message).join(" ")}</MessageBarBody>
    </MessageBar>
  );
}
