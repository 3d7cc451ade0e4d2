import type { DriftReport } from "../report";
import { renderJson } from "./json";
export function renderHtml(report: DriftReport): string {
  return renderJson(report);
}
