/** An ECharts theme read from the tokens of the moment; make it anew on `kaibo:theme`. */

const token = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim()

export function chartTheme(): Record<string, unknown> {
  const ink2 = token('--k-ink-2')
  const line = token('--k-line')
  const axis = {
    axisLine: { lineStyle: { color: token('--k-line-strong') } },
    axisTick: { show: false },
    axisLabel: { color: ink2, fontSize: 12 },
    splitLine: { lineStyle: { color: line } },
    splitArea: { show: false },
    nameTextStyle: { color: ink2 },
  }
  return {
    color: [1, 2, 3, 4, 5, 6].map((n) => token(`--k-series-${n}`)),
    backgroundColor: 'transparent',
    textStyle: { fontFamily: token('--k-font'), color: ink2 },
    title: { textStyle: { color: token('--k-ink'), fontSize: 14, fontWeight: 600 } },
    legend: { textStyle: { color: ink2 }, icon: 'roundRect', itemWidth: 12, itemHeight: 4 },
    tooltip: {
      backgroundColor: token('--k-raised'),
      borderColor: line,
      textStyle: { color: token('--k-ink'), fontSize: 13 },
      axisPointer: { lineStyle: { color: token('--k-line-strong') } },
    },
    categoryAxis: axis,
    valueAxis: axis,
    timeAxis: axis,
    logAxis: axis,
    line: { smooth: false, symbol: 'none', lineStyle: { width: 2 } },
    bar: { itemStyle: { borderRadius: [2, 2, 0, 0] } },
    animationDuration: 200,
    animationDurationUpdate: 200,
  }
}
