/** Where a click leads inside the console; undefined where it leads elsewhere, or opens something beside this page. */
export function pathOfClick(event: MouseEvent, here: Location): string | undefined {
  const { button, metaKey, ctrlKey, shiftKey, altKey, target } = event;
  if (button !== 0 || metaKey || ctrlKey || shiftKey || altKey || !(target instanceof Element))
    return undefined;
  const link = target.closest<HTMLAnchorElement>('a[href]');
  if (link === null || link.origin !== here.origin || link.hasAttribute('download')) return undefined;
  if (link.target !== '' && link.target !== '_self') return undefined;
  const isInPage = link.hash !== '' && link.pathname === here.pathname && link.search === here.search;
  return isInPage ? undefined : link.pathname + link.search + link.hash;
}
