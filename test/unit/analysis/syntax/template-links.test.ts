import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../../src/analysis/analyze.ts'

const { analyze } = createAnalyzer()

function linksIn(id: string, source: string): string[] {
  return analyze(id, source).findings.filter(({ ruleId }) => ruleId === 'info-leak/new-window').map(({ start, end }) => source.slice(start, end))
}

describe('links of templates that open a window', () => {
  it.each([
    ['a.vue', '<template><p>é</p><a class="x" :href="post.url" target="_blank">a</a></template>', '<a class="x" :href="post.url" target="_blank">'],
    ['a.vue', '<template><a title="a > b" href="https://a.example" target="_blank" rel="nofollow">a</a></template>', '<a title="a > b" href="https://a.example" target="_blank" rel="nofollow">'],
    ['a.svelte', '<script>let url</script>\n<a href={url} target="_blank">a</a>', '<a href={url} target="_blank">'],
    ['a.html', "<a href='//a.example' target=_blank>a</a>", "<a href='//a.example' target=_blank>"],
  ])('are found in %s: %s', (id, source, tag) => {
    expect(linksIn(id, source)).toEqual([tag])
  })

  it.each([
    ['a.vue', '<template><a :href="post.url" target="_blank" rel="noopener">a</a></template>'],
    ['a.vue', '<template><a :href="`/post/${id}`" target="_blank">a</a></template>'],
    ['a.vue', '<template><a v-bind="link" target="_blank">a</a><a :href="u" :rel="r" target="_blank">b</a></template>'],
    ['a.vue', '<template><!-- <a href="https://a.example" target="_blank"> --><RouterLink :to="to" target="_blank" /></template>'],
    ['a.svelte', '<a href={url} target="_blank" {...rest}>a</a><a href="/a" target="_blank">b</a>'],
    ['a.html', '<a href="https://a.example">a</a>'],
  ])('are not found in %s: %s', (id, source) => {
    expect(linksIn(id, source)).toEqual([])
  })

  it('takes time in proportion to a text that never ends a tag', () => {
    expect(linksIn('a.html', `${'<a target="_blank" '.repeat(2000)}"`)).toEqual([])
  })
})
