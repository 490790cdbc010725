import type { Scenario } from './record.ts';

const key = {
  esc: '\x1b',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  pageDown: '\x1b[6~',
  pageUp: '\x1b[5~',
  f3: '\x1bOR',
  f10: '\x1b[21~',
} as const;
const usual = { cols: 80, rows: 24 };
const inShell = (setUp: string, program: string): readonly string[] => ['sh', '-c', `${setUp}\nexec ${program}`];

/** Sessions with programs that people have open all day. Those that are not ended by their steps are killed as they are. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'vim',
    ...usual,
    command: ['vim', 'project/main.py'],
    steps: [
      '/def\r', 'n', 'oinserted 灯台 é\r', key.esc, 'u', 'Vjj', key.esc, ':vsplit story.txt\r', 'G', '\x04', { cols: 100, rows: 30 },
      '\x17w', 'ggdd', ':set nowrap\r', { cols: 62, rows: 18 }, 'ihello', key.esc, ':%s/word/thing/g\r', ':qa!\r',
    ],
  },
  {
    name: 'vim-open',
    ...usual,
    command: ['bash', '--norc', '-i'],
    steps: ['ls\r', 'vim project/main.py\r', ':split story.txt\r', 'jjjj', 'ifoo', { cols: 70, rows: 20 }, ' bar'],
  },
  {
    name: 'nvim',
    ...usual,
    command: ['nvim', '-u', 'NONE', '-i', 'NONE', '--cmd', 'set termguicolors noswapfile nomodeline mouse=a', 'project/main.py'],
    steps: [':syntax on\r', '/words\r', 'n', ':vsplit story.txt\r', { cols: 110, rows: 28 }, 'Goend 灯台', key.esc, 'V5k', { cols: 50, rows: 15 }, key.esc, ':qa!\r'],
  },
  {
    name: 'less',
    ...usual,
    command: ['bash', '--norc', '-i'],
    steps: ['less -N story.txt\r', ' ', '/lamp\r', 'n', 'b', { cols: 50, rows: 12 }, ' ', 'G', 'g', 'q', 'echo after\r'],
  },
  {
    name: 'less-open',
    cols: 40,
    rows: 10,
    command: inShell('sh styles.sh >styles.txt', 'less -R styles.txt'),
    steps: ['jjjj', key.right, key.left, ' ', { cols: 25, rows: 8 }, 'G'],
  },
  {
    name: 'man',
    ...usual,
    command: ['bash', '--norc', '-i'],
    steps: ['man ./keeper.1\r', ' ', '/bell\r', { cols: 60, rows: 20 }, 'q', 'echo after\r'],
  },
  { name: 'htop', ...usual, command: inShell('sleep 1000 & sleep 2000 &', 'htop'), steps: [key.down, 't', { cols: 90, rows: 20 }, key.f3, 'sl', key.esc] },
  { name: 'top', ...usual, command: inShell('sleep 1000 & sleep 2000 &', 'top'), steps: ['z', '1', { cols: 100, rows: 16 }, 'c', 'q'] },
  {
    name: 'tmux',
    ...usual,
    command: ['tmux', '-f', '/dev/null', 'new-session', 'bash --norc -i'],
    steps: [
      'sh styles.sh\r', '\x02%', 'echo right\r', '\x02"', 'seq 1 40\r', '\x02[', key.pageUp, { cols: 100, rows: 30 }, 'q', '\x02z', { cols: 60, rows: 15 }, '\x02z',
      '\x02d',
    ],
  },
  {
    name: 'tmux-open',
    cols: 90,
    rows: 26,
    command: ['tmux', '-f', '/dev/null', 'new-session', 'bash --norc -i'],
    steps: ['vim project/main.py\r', '\x02%', 'seq 1 99\r', 'less story.txt\r', { cols: 72, rows: 20 }, ' '],
  },
  {
    name: 'nano',
    ...usual,
    command: ['nano', 'story.txt'],
    steps: [key.down, key.down, 'typed 灯台 text', '\x0b', '\x17fog\r', { cols: 60, rows: 16 }, key.pageDown, '\x18', 'n'],
  },
  {
    name: 'mc',
    ...usual,
    command: ['mc', '-u', '-b'],
    steps: [key.down, key.down, '\t', key.f3, key.f10, { cols: 100, rows: 28 }, '\x1b9', key.down, key.esc + key.esc, { cols: 60, rows: 18 }],
  },
  { name: 'mc-colours', ...usual, command: ['mc', '-u'], steps: [key.down, '\x13pack', key.esc + key.esc, { cols: 70, rows: 20 }, key.f10] },
  {
    name: 'fish',
    ...usual,
    command: ['fish'],
    steps: ['echo hello there\r', 'echo hel', key.right, '\r', 'cd pro\t\r', 'ls --\t\t', '\x03', 'for i in (seq 3)\r', 'echo $i\r', 'end\r', { cols: 40, rows: 15 }, 'echo 灯台 "not closed', '\x03'],
  },
  {
    name: 'zsh',
    ...usual,
    command: ['zsh'],
    steps: ['ls \t', '\t', '\t', '\r\r', 'echo one two thr\x1b[D\x1b[D\x01print ', '\x05\r', '\x12echo', '\r', { cols: 45, rows: 12 }, 'echo a line that is longer than the terminal is wide, 灯台', '\r'],
  },
  {
    name: 'bash',
    ...usual,
    command: ['bash', '--norc', '-i'],
    steps: ['sh progress.sh\r', '\x12pro', '\x07', 'ls \t\t', '\x15', 'sh styles.sh\r', 'echo a line that is longer than the terminal is wide once it has become narrow', { cols: 40, rows: 12 }, '\x01', '\x05', '\x17\x17', '\r', 'seq 1 30\r', '\x0c'],
  },
  { name: 'python', ...usual, command: ['python3', '-q'], steps: ['for i in range(30): print(i, "é" * i)\r\r', '"灯台" * 60\r', '1/0\r', key.up, key.up, { cols: 50, rows: 14 }, '\r', 'exit()\r'] },
  { name: 'curses', ...usual, command: ['python3', 'panels.py'], steps: [' ', ' ', 'i', ' ', { cols: 60, rows: 16 }, ' ', { cols: 100, rows: 30 }, ' '] },
  {
    name: 'git',
    ...usual,
    command: inShell('sh makeRepository.sh; cd project', 'bash --norc -i'),
    steps: ['git log --graph --stat\r', ' ', { cols: 60, rows: 16 }, ' ', 'q', 'git diff --word-diff | cat\r', 'git -c core.pager=cat log --oneline --graph\r', 'git status\r', 'git blame -s main.py | head -n 12\r'],
  },
  { name: 'git-add', ...usual, command: inShell('sh makeRepository.sh; cd project', 'bash --norc -i'), steps: ['git add -p\r', '?\r', 'y\r', { cols: 50, rows: 14 }, 's\r', 'q\r', 'git diff --cached | cat\r'] },
  { name: 'tig', ...usual, command: inShell('sh makeRepository.sh; cd project', 'tig'), steps: ['jj', '\r', key.down, '\t', { cols: 110, rows: 28 }, key.pageDown, { cols: 55, rows: 16 }, 'jk'] },
  { name: 'npm', ...usual, command: ['bash', '--norc', '-i'], steps: ['npm run hello\r', 'npm install ./keeper-package\r', 'npm ls\r', { cols: 48, rows: 14 }, 'npm run fail\r'] },
  { name: 'node', ...usual, command: ['node'], steps: ['const keeper = { lamp: "oil", steps: 193 }\r', 'keeper.la', '\t', '\r', '[1,2,3].map((n) => "灯".repeat(n * 9))\r', { cols: 44, rows: 14 }, 'function f() {\r', 'return 1 }\r', 'f(\r', '\x03', '.exit\r'] },
  { name: 'agent', ...usual, command: ['node', 'agent.mjs'], steps: ['hi', '\x1b[200~pasted\x1b[201~', { cols: 60, rows: 20 }, { cols: 90, rows: 26 }, 'q'] },
  { name: 'agent-open', cols: 50, rows: 14, command: ['bash', '--norc', '-i'], steps: ['seq 1 20\r', 'node agent.mjs\r', { cols: 36, rows: 14 }, 'x', { cols: 70, rows: 10 }] },
  { name: 'styles', ...usual, command: ['bash', '--norc', '-i'], steps: ['sh styles.sh\r', { cols: 37, rows: 11 }, 'sh styles.sh\r', { cols: 121, rows: 20 }, { cols: 2, rows: 3 }, { cols: 64, rows: 24 }, 'tput cup 3 3\r', 'tput csr 2 9; seq 1 20; tput sc; tput rc\r'] },
]; // prettier-ignore
