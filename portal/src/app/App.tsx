import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { AppearanceProvider } from "@/shared/theme/appearance";
import { Toasts } from "@/shared/ui/toasts";
import { queryClient, router } from "./router";

export function App(): ReactElement {
  return (
    <AppearanceProvider>
      <QueryClientProvider client={queryClient}>
        <Toasts>
          <RouterProvider router={router} />
        </Toasts>
      </QueryClientProvider>
    </AppearanceProvider>
  );
}
