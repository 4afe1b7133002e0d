/** Light or dark: the viewer's own choice first, the system's otherwise. */

export type Theme = 'light' | 'dark'
export type ThemeChoice = Theme | 'auto'

const KEY = 'kaibo.theme'
const dark = () => window.matchMedia('(prefers-color-scheme: dark)')

export function themeChoice(): ThemeChoice {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'light' || kept === 'dark' ? kept : 'auto'
  } catch {
    return 'auto'
  }
}

export function currentTheme(): Theme {
  return document.documentElement.classList.contains('dark') ? 'dark' : 'light'
}

function paint(choice: ThemeChoice): void {
  const isDark = choice === 'dark' || (choice === 'auto' && dark().matches)
  const before = currentTheme()
  document.documentElement.classList.toggle('dark', isDark)
  // Charts draw on a canvas and cannot follow CSS by themselves.
  if (before !== currentTheme()) window.dispatchEvent(new CustomEvent('kaibo:theme'))
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'auto') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, choice)
  } catch {
    // Private windows refuse storage; the choice then lasts as long as the page.
  }
  paint(choice)
}

/** Call once before the app is mounted, so that no page flashes in the wrong theme. */
export function startTheme(): void {
  paint(themeChoice())
  dark().addEventListener('change', () => paint(themeChoice()))
}
