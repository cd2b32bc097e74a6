import { type CredentialView, dollars, type Usage } from '@postern/contract';
import { useRef } from 'react';
import { useWidth } from '../controls/index.ts';
import { kindNameAmong, kindsInOrder } from '../format/index.ts';
import { scaleTop, spendSeries } from './spend-series.ts';

interface SpendPlotProps {
  readonly byDay: Usage['byDay'];
  readonly credentials: readonly CredentialView[];
  /** `2026-11-30`: the day on the right. */
  readonly lastDay: string;
  /** How many are drawn. */
  readonly days: number;
  /** `this month`, after “spent” and “Spend”. */
  readonly period: string;
}

const firstWidth = 690;
const height = 200;
const left = 60;
const bottom = 24;
const top = 10;

/** Spend by day and account: a drawing, and the same numbers as a table for screen readers and for reading. */
export function SpendPlot({ byDay, credentials, lastDay, days, period }: SpendPlotProps) {
  const figure = useRef<HTMLElement>(null);
  const width = useWidth(figure, firstWidth);
  const series = spendSeries(byDay, kindsInOrder, lastDay, days);
  const used = kindsInOrder.filter((kind) =>
    series.some((day) => day.parts.some((part) => part.kind === kind)),
  );
  const scale = scaleTop(Math.max(...series.map((day) => day.totalUsd)));
  const plotHeight = height - bottom - top;
  const step = (width - left) / days;
  const y = (usd: number) => top + plotHeight - (usd / scale) * plotHeight;
  if (used.length === 0) return <p className="soft">Nothing was spent {period}.</p>;
  return (
    <figure className="plot" ref={figure}>
      <svg width={width} height={height} aria-hidden="true" focusable="false">
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line className="plot-grid" x1={left} x2={width} y1={y(scale * share)} y2={y(scale * share)} />
            <text className="plot-text" x={left - 8} y={y(scale * share) + 4} textAnchor="end">
              {dollars(scale * share)}
            </text>
          </g>
        ))}
        {series.map((day, index) => {
          let sum = 0;
          return (
            <g key={day.day}>
              {day.parts.map((part) => {
                sum += part.costUsd;
                return (
                  <rect
                    key={part.kind}
                    className={`plot-${part.kind}`}
                    x={left + index * step + step * 0.16}
                    width={step * 0.68}
                    y={y(sum)}
                    height={Math.max(1, y(sum - part.costUsd) - y(sum))}
                    rx={2}
                  />
                );
              })}
              {(days - 1 - index) % labelEvery(width) === 0 ? (
                <text
                  className="plot-text"
                  x={Math.min(left + index * step + step / 2, width - 20)}
                  y={height - 6}
                  textAnchor="middle"
                >
                  {shortDay(day.day)}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      <figcaption className="row plot-legend">
        {used.map((kind) => (
          <span key={kind} className="row">
            <span className={`plot-key plot-${kind}`} aria-hidden="true" /> {kindNameAmong(kind, credentials)}
          </span>
        ))}
      </figcaption>
      <details className="fold">
        <summary>Show as a table</summary>
        <div className="table-scroll">
          <table className="table">
            <caption className="visually-hidden">Spend by day and account, {period}</caption>
            <thead>
              <tr>
                <th scope="col">Day</th>
                {used.map((kind) => (
                  <th key={kind} scope="col" className="number">
                    {kindNameAmong(kind, credentials)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {series
                .filter((day) => day.totalUsd > 0)
                .toReversed()
                .map((day) => (
                  <tr key={day.day}>
                    <th scope="row">{day.day}</th>
                    {used.map((kind) => (
                      <td key={kind} className="number tabular">
                        {dollars(day.parts.find((part) => part.kind === kind)?.costUsd ?? 0)}
                      </td>
                    ))}
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

/** A date label takes about 70 pixels. */
function labelEvery(width: number): number {
  return width < 480 ? 14 : 7;
}

function shortDay(day: string): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}
