// VitePress's own theme with the fonts of the reader's system. A language that is chosen in one group of tabs is shown in all of them.
import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import './style.css';

const languages = ['curl', 'Python', 'TypeScript', 'C#'];
const chosenAs = 'soma-tab';

/** Shows a language in all groups of tabs, and what curl or a program answers in the groups behind them. */
function choose(title: string): void {
  const wanted = [title, title === 'curl' ? 'curl answers' : 'The programs print'];
  for (const label of document.querySelectorAll<HTMLElement>('.vp-code-group .tabs label')) {
    const input = document.getElementById(label.getAttribute('for') ?? '') as HTMLInputElement | null;
    if (wanted.includes(label.dataset['title'] ?? '') && input && !input.checked) {
      // VitePress listens to this click and shows the tab's block.
      input.click();
    }
  }
}

export default {
  extends: DefaultTheme,
  enhanceApp({ router }) {
    if (typeof document === 'undefined') {
      return;
    }

    document.addEventListener('click', event => {
      const title = event.isTrusted ? (event.target as Element).closest<HTMLElement>('.vp-code-group .tabs label')?.dataset['title'] : undefined;
      if (title && languages.includes(title)) {
        localStorage.setItem(chosenAs, title);
        choose(title);
      }
    });
    const before = router.onAfterPageLoad;
    router.onAfterPageLoad = async to => {
      await before?.(to);
      const chosen = localStorage.getItem(chosenAs);
      if (chosen) {
        requestAnimationFrame(() => choose(chosen));
      }
    };
  },
} satisfies Theme;
