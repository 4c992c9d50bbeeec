import { tokens } from "@fluentui/react-components";
import { BarChart, LineChart, PieChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { init, use as register, type EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useAppearance } from "@/shared/theme/appearance";
import { THEMES } from "@/shared/theme/themes";
import type { ChartData } from "./charts";

register([BarChart, LineChart, PieChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

const COLORS = ["#0b7488", "#c4550b", "#7a5cb8", "#2f8f4e", "#b8365f", "#8a6d00", "#3a6ec9", "#6b6b6b"];
const DARK_COLORS = ["#55b4c8", "#f0a05a", "#b9a3e8", "#7fcf97", "#ee8fae", "#e0c04a", "#8db4f2", "#bdbdbd"];

function option(data: ChartData, appearance: "light" | "dark"): EChartsCoreOption {
  const theme = THEMES[appearance];
  const text = { color: theme.colorNeutralForeground1, fontFamily: theme.fontFamilyBase };
  const quiet = { color: theme.colorNeutralForeground2, fontFamily: theme.fontFamilyBase };
  const shared = {
    color: appearance === "dark" ? DARK_COLORS : COLORS,
    textStyle: text,
    aria: { enabled: true },
    animationDuration: 250,
    title: data.title ? { text: data.title, textStyle: { ...text, fontSize: 14 } } : undefined,
    tooltip: { trigger: data.type === "pie" || data.type === "scatter" ? "item" : "axis", backgroundColor: theme.colorNeutralBackground1, borderColor: theme.colorNeutralStroke1, textStyle: text },
    legend: { type: "scroll", bottom: 0, textStyle: quiet, show: data.type === "pie" || data.series.length > 1 },
  };
  if (data.type === "pie") {
    const slices = data.series.length > 1 ? data.series.map(({ name, points }) => ({ name, value: points.reduce((sum, [, y]) => sum + y, 0) })) : (data.series[0]?.points ?? []).map(([name, value]) => ({ name: String(name), value }));
    return { ...shared, series: [{ type: "pie", radius: ["38%", "68%"], data: slices, label: quiet, itemStyle: { borderColor: theme.colorNeutralBackground1, borderWidth: 2 } }] };
  }
  const lines = { lineStyle: { color: theme.colorNeutralStroke1 } };
  const split = { lineStyle: { color: theme.colorNeutralStroke3 } };
  const across = data.time ? { type: "time", axisLabel: quiet, axisLine: lines } : { type: "category", data: data.categories, axisLabel: quiet, axisLine: lines };
  const up = { type: "value", axisLabel: quiet, splitLine: split };
  const lying = data.type === "bar";
  const series = data.series.map(({ name, points }) => ({
    name,
    type: data.type === "bar" || data.type === "column" ? "bar" : data.type === "scatter" ? "scatter" : "line",
    data: lying ? points.map(([category, value]) => [value, category]) : points,
    areaStyle: data.type === "area" ? { opacity: 0.25 } : undefined,
    stack: data.type === "area" ? "all" : undefined,
    symbolSize: data.type === "scatter" ? 7 : 5,
    barMaxWidth: 36,
  }));
  return {
    ...shared,
    grid: { left: 12, right: 20, top: data.title ? 40 : 16, bottom: data.series.length > 1 ? 36 : 12, containLabel: true },
    xAxis: lying ? up : across,
    yAxis: lying ? { ...across, inverse: !data.time } : up,
    series,
  };
}

/** The drawing of a query's `render`; loaded only when one is asked for. */
export default function ResultChart({ data }: { data: ChartData }): ReactElement {
  const { t } = useTranslation("hunting");
  const { appearance } = useAppearance();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const chart = init(host.current);
    chart.setOption(option(data, appearance));
    const sizes = new ResizeObserver(() => chart.resize());
    sizes.observe(host.current);
    return () => {
      sizes.disconnect();
      chart.dispose();
    };
  }, [data, appearance]);
  return <div ref={host} role="img" aria-label={data.title || t("results.chart")} style={{ flexGrow: 1, minHeight: 260, padding: 12, boxSizing: "border-box", backgroundColor: tokens.colorNeutralBackground1 }} />;
}
