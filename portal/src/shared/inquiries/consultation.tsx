import { createContext, use, useCallback, useEffect, useId, useMemo, useState, type ReactElement, type ReactNode } from "react";
import type { InquirySubject } from "@/shared/api/types";
import { permissionsIn } from "@/shared/session/permissions";
import { useSession } from "@/shared/session/session";

interface Actions {
  open: (about?: InquirySubject) => void;
  close: () => void;
  register: (page: string, subjects: readonly InquirySubject[]) => void;
}

interface State {
  isOpen: boolean;
  /** What somebody asked about in particular, beside what the page shows. */
  about: InquirySubject | null;
  /** What the page in view shows. */
  subjects: readonly InquirySubject[];
}

const nothing = () => undefined;
const ActionsContext = createContext<Actions>({ open: nothing, close: nothing, register: nothing });
const StateContext = createContext<State>({ isOpen: false, about: null, subjects: [] });

/** Around all pages: each says what it shows, and the help menu or a page itself opens the flyout over it. */
export function ConsultationProvider({ children }: { children: ReactNode }): ReactElement {
  const [opened, setOpened] = useState<{ about: InquirySubject | null } | null>(null);
  const [pages, setPages] = useState<ReadonlyMap<string, readonly InquirySubject[]>>(new Map());
  const register = useCallback((page: string, subjects: readonly InquirySubject[]) => {
    setPages((before) => {
      const next = new Map(before);
      if (subjects.length > 0) next.set(page, subjects);
      else next.delete(page);
      return next;
    });
  }, []);
  const actions = useMemo<Actions>(() => ({ open: (about) => setOpened({ about: about ?? null }), close: () => setOpened(null), register }), [register]);
  const state = useMemo<State>(() => ({ isOpen: opened !== null, about: opened?.about ?? null, subjects: [...pages.values()].flat() }), [opened, pages]);
  return (
    <ActionsContext value={actions}>
      <StateContext value={state}>{children}</StateContext>
    </ActionsContext>
  );
}

export const useConsultation = (): Actions => use(ActionsContext);

export const useConsultationState = (): State => use(StateContext);

/** Says what a page shows, for as long as it is in view. */
export function usePageSubjects(subjects: readonly (InquirySubject | null)[]): void {
  const id = useId();
  const { register } = useConsultation();
  const shown = JSON.stringify(subjects.filter((one) => one !== null));
  useEffect(() => {
    register(id, JSON.parse(shown) as InquirySubject[]);
    return () => register(id, []);
  }, [id, register, shown]);
}

export interface MayConsult {
  /** Members of the customer's own organisation ask; the provider's people answer. */
  isMember: boolean;
  /** They hold *Manage security settings in Security Center* there. */
  isAllowed: boolean;
}

export function useMayConsult(tenant: string | undefined): MayConsult {
  const session = useSession();
  const membership = session.memberships.find(({ tenant: { slug, kind } }) => slug === tenant && kind === "customer");
  return { isMember: membership !== undefined, isAllowed: membership !== undefined && permissionsIn(session, membership.tenant.slug).has("security_settings:manage") };
}
