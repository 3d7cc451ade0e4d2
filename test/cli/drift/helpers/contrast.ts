/**
 * Finds strings on the page whose contrast with their background is below `minimum` (WCAG 2). Runs in the browser, so it cannot use
 * anything outside of the function.
 */
export function lowContrast(minimum: number): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: this project does not have a browser's types
  const { document, getComputedStyle } = globalThis as any;
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const low: string[] = [];
  let checked = 0;
  for (const element of document.querySelectorAll("body *")) {
    const textNodes = [...element.childNodes].filter(
      (node) => node.nodeType === 3 && node.textContent.trim() !== "",
    );
    if (textNodes.length === 0 || !element.checkVisibility() || element.closest("script, .skip")) continue;
    let background = element;
    while (channels(getComputedStyle(background).backgroundColor)[3] === 0)
      background = background.parentElement;
    const [darker, lighter] = [
      luminance(getComputedStyle(element).color),
      luminance(getComputedStyle(background).backgroundColor),
    ].sort((a, b) => a - b) as [number, number];
    const ratio = (lighter + 0.05) / (darker + 0.05);
    checked++;
    if (ratio < minimum) low.push(`${textNodes[0].textContent.trim()}: ${ratio.toFixed(2)}`);
  }
  return checked > 50 ? low : [`only ${checked} strings were checked`];
}
