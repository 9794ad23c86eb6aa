" ttsmesh.vim: speak the text in Vim and Neovim with ttsmesh. :help ttsmesh says how.
"
" Each command is one `ttsmesh say`, which gets the text through its standard input, so nothing has to be quoted. It is
" done in some milliseconds. Then the mesh has the text, and goes on with it when the editor has quit.

if exists('g:loaded_ttsmesh')
  finish
endif
let g:loaded_ttsmesh = 1

let s:cpo = &cpo
set cpo&vim

" Whose texts :TTSStop ends.
let s:caller = 'vim-' . getpid()

" The processes that have not ended yet.
let s:running = []

" File types that are prose, or of which ttsmesh finds out more by itself than the file type tells. What else has a file
" type is code.
let s:formats = {'markdown': 'markdown', 'pandoc': 'markdown', 'quarto': 'markdown', 'rmd': 'markdown',
      \ 'diff': 'diff', 'log': 'log', 'messages': 'log', 'ssml': 'ssml'}
let s:prose = ['', 'asciidoc', 'asciidoctor', 'context', 'csv', 'git', 'gitcommit', 'hgcommit', 'help', 'mail', 'man',
      \ 'mediawiki', 'norg', 'org', 'plaintex', 'rst', 'svn', 'tex', 'text', 'textile', 'tsv', 'typst', 'vimwiki']

function! s:complain(message) abort
  echohl ErrorMsg
  echomsg a:message
  echohl None
endfunction

" --- processes ---

" The program and its arguments, as a list; empty if there is no such program, which is said.
function! s:command(arguments) abort
  let l:command = get(g:, 'ttsmesh_command', 'ttsmesh')
  let l:words = (type(l:command) == type([]) ? l:command : [l:command]) + a:arguments
  if executable(l:words[0])
    return l:words
  endif
  call s:complain('ttsmesh: there is no program ' . l:words[0] . '; see :help g:ttsmesh_command')
  return []
endfunction

" Runs `ttsmesh` with `arguments`, and with `lines` as its input. Does not wait for it. What it complains of is shown.
function! s:run(arguments, lines) abort
  let l:command = s:command(a:arguments)
  if empty(l:command)
    return
  endif
  let l:run = {'says': a:arguments[0] ==# 'say', 'stopped': 0, 'errors': [], 'closed': 0, 'status': -1, 'ended': 0}
  let l:text = s:utf8(join(a:lines, "\n"))
  call add(s:running, l:run)
  if has('nvim')
    let l:run.job = jobstart(l:command, {'detach': 1, 'stderr_buffered': 1,
          \ 'on_stderr': {_, lines, __ -> extend(l:run.errors, lines)},
          \ 'on_exit': {_, status, __ -> s:ended(l:run, {'status': status, 'ended': 1, 'closed': 1})}})
    " A program that ends without reading closes the channel. Then its message says why.
    silent! call chansend(l:run.job, l:text)
    silent! call chanclose(l:run.job, 'stdin')
    return
  endif
  " The input is a file: Vim opens it before it goes on, so that it need not wait until all of a long text is read, and
  " may quit at once.
  let l:input = tempname()
  call writefile(split(l:text, "\n", 1), l:input, 'b')
  let l:run.job = job_start(l:command, {'in_io': 'file', 'in_name': l:input, 'out_io': 'null', 'stoponexit': '',
        \ 'err_cb': {_, line -> add(l:run.errors, line)},
        \ 'close_cb': {_ -> s:ended(l:run, {'closed': 1})},
        \ 'exit_cb': {_, status -> s:ended(l:run, {'status': status, 'ended': 1})}})
  call delete(l:input)
endfunction

function! s:utf8(text) abort
  return &encoding ==# 'utf-8' ? a:text : iconv(a:text, &encoding, 'utf-8')
endfunction

" Takes news of a process in. When it has ended and all that it wrote is here, the last line of that is shown.
function! s:ended(run, news) abort
  call extend(a:run, a:news)
  if !a:run.ended || !a:run.closed
    return
  endif
  call filter(s:running, 'v:val isnot a:run')
  let l:errors = filter(copy(a:run.errors), 'v:val =~# "\\S"')
  if a:run.stopped
    return
  elseif !empty(l:errors)
    call s:complain(l:errors[-1])
  elseif a:run.status != 0
    call s:complain('ttsmesh: ended with status ' . a:run.status)
  endif
endfunction

" Neovim hands its texts over while it waits for something, so it must not quit before that. It takes milliseconds.
if has('nvim')
  augroup ttsmesh
    autocmd!
    autocmd VimLeavePre * call jobwait(map(copy(s:running), 'v:val.job'), 5000)
  augroup END
endif

" --- what is said ---

function! s:format() abort
  if exists('b:ttsmesh_format')
    return b:ttsmesh_format
  endif
  let l:type = matchstr(&filetype, '^[^.]*')
  return get(s:formats, l:type, &buftype !=# '' || index(s:prose, l:type) >= 0 ? '' : 'code')
endfunction

function! s:voice() abort
  return get(b:, 'ttsmesh_voice', get(g:, 'ttsmesh_voice', ''))
endfunction

function! s:say(lines, format) abort
  let l:options = get(g:, 'ttsmesh_options', [])
  if type(l:options) != type([])
    call s:complain("ttsmesh: g:ttsmesh_options must be a list, such as ['--speed', '1.3']")
    return
  endif
  let l:arguments = ['say', '--caller', s:caller]
  for [l:option, l:value] in [['--voice', s:voice()], ['--as', a:format]]
    if l:value !=# ''
      let l:arguments += [l:option, l:value]
    endif
  endfor
  call s:run(l:arguments + l:options, a:lines)
endfunction

" Says what the keys of `select` select, without a trace in registers, marks and the view.
function! s:say_selected(select) abort
  let l:registers = [getreginfo('z'), getreginfo('"')]
  let l:options = [&clipboard, &selection]
  let l:marks = [getpos("'<"), getpos("'>")]
  let l:view = winsaveview()
  try
    set clipboard=
    if a:select !=# 'gv'
      set selection=inclusive
    endif
    silent execute 'noautocmd keepjumps normal! ' . a:select . '"zy'
    let l:lines = getreg('z', 1, 1)
  finally
    let [&clipboard, &selection] = l:options
    call setreg('z', l:registers[0])
    call setreg('"', l:registers[1])
    call setpos("'<", l:marks[0])
    call setpos("'>", l:marks[1])
    call winrestview(l:view)
  endtry
  call s:say(l:lines, s:format())
endfunction

function! s:say_motion(kind) abort
  call s:say_selected({'line': "'[V']", 'char': '`[v`]', 'block': "`[\<C-v>`]"}[a:kind])
endfunction

function! s:operator() abort
  let &operatorfunc = get(function('s:say_motion'), 'name')
  return 'g@'
endfunction

" --- the other commands ---

function! s:stop(everything) abort
  " A `say` on its way must not arrive behind the `stop`.
  for l:run in filter(copy(s:running), 'v:val.says')
    let l:run.stopped = 1
    call call(has('nvim') ? 'jobstop' : 'job_stop', [l:run.job])
  endfor
  call s:run(['stop'] + (a:everything ? [] : ['--caller', s:caller]), [])
endfunction

function! s:choose_voice(name, forget) abort
  if a:forget
    unlet! b:ttsmesh_voice g:ttsmesh_voice
  elseif a:name ==# ''
    echo 'ttsmesh: ' . (s:voice() ==# '' ? 'the voice of the settings' : s:voice())
  elseif exists('b:ttsmesh_voice')
    let b:ttsmesh_voice = a:name
  else
    let g:ttsmesh_voice = a:name
  endif
endfunction

" The names of voices that begin with `lead`; if that is a blend, they complete its last voice.
function! s:complete_voice(lead, line, position) abort
  let l:command = s:command(['voices', '--json'])
  if empty(l:command)
    return []
  endif
  let l:answer = system(join(map(l:command, 'shellescape(v:val)')))
  if v:shell_error
    call s:complain(get(split(l:answer, "\n"), -1, 'ttsmesh: voices ended with status ' . v:shell_error))
    return []
  endif
  let l:before = matchstr(a:lead, '^.*,')
  let l:last = a:lead[len(l:before) :]
  let l:names = map(filter(json_decode(l:answer).voices, 'v:val.fault is v:null'), 'v:val.name')
  return map(filter(l:names, 'stridx(v:val, l:last) == 0'), 'l:before . v:val')
endfunction

" The diagnostics of the cursor's line, as texts: Neovim's own, and else those of the location and the quickfix list.
function! s:diagnostics() abort
  let l:names = {'E': 'Error', 'W': 'Warning', 'I': 'Information', 'N': 'Note', 'H': 'Hint'}
  if exists('*luaeval') && has('nvim-0.6')
    let l:found = map(luaeval('vim.diagnostic.get(0, {lnum = _A})', line('.') - 1),
          \ '{"type": "EWIH"[v:val.severity - 1], "text": v:val.message, "first": v:val.col + 1, "end": v:val.end_col}')
  else
    let l:found = []
  endif
  if empty(l:found)
    for l:list in [getloclist(0), getqflist()]
      let l:found = filter(l:list, 'v:val.valid && v:val.bufnr == bufnr("%") && v:val.lnum == line(".")')
      call map(l:found, '{"type": v:val.type, "text": v:val.text, "first": v:val.col, "end": v:val.col}')
      if !empty(l:found)
        break
      endif
    endfor
  endif
  let l:here = filter(copy(l:found), 'v:val.first <= col(".") && col(".") <= v:val.end')
  return map(empty(l:here) ? l:found : l:here,
        \ '(has_key(l:names, toupper(v:val.type)) ? l:names[toupper(v:val.type)] . ": " : "") . v:val.text')
endfunction

function! s:say_diagnostic() abort
  let l:texts = s:diagnostics()
  if empty(l:texts)
    call s:complain('ttsmesh: there is no diagnostic in this line')
  else
    call s:say(split(join(l:texts, "\n"), "\n"), 'text')
  endif
endfunction

if has('nvim') || has('job') && has('patch-8.2.924')
  command! -bar -range=% TTSSay call s:say(getline(<line1>, <line2>), s:format())
  command! -bar -bang TTSStop call s:stop(<bang>0)
  command! -bar -bang -nargs=? -complete=customlist,s:complete_voice TTSVoice call s:choose_voice(<q-args>, <bang>0)
  command! -bar TTSDiagnostic call s:say_diagnostic()

  nnoremap <silent> <expr> <Plug>(ttsmesh-say) <SID>operator()
  xnoremap <silent> <Plug>(ttsmesh-say) :<C-u>call <SID>say_selected('gv')<CR>
else
  call s:complain('ttsmesh: this needs Neovim, or Vim 8.2.924 or newer with +job')
endif

let &cpo = s:cpo
unlet s:cpo
