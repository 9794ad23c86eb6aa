;;; ttsmesh.el --- Speak buffers with ttsmesh  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; Keywords: multimedia, convenience

;;; Commentary:

;; Speaks the region or the buffer through ttsmesh, a speech system for
;; Linux.  It needs the program `ttsmesh'.
;;
;;   (require 'ttsmesh)
;;   (ttsmesh-mode 1)
;;
;; `ttsmesh-mode' binds these keys everywhere:
;;
;;   C-c " r   speak the region             `ttsmesh-region'
;;   C-c " b   speak the buffer             `ttsmesh-buffer'
;;   C-c " s   be silent                    `ttsmesh-stop'
;;   C-c " v   choose a voice               `ttsmesh-voice'
;;   C-c " f   highlight the spoken word    `ttsmesh-follow-mode'
;;
;; Each text is one `ttsmesh say', which gets it through its standard input.
;; What was said goes on when Emacs quits, except what `ttsmesh-follow-mode'
;; follows.

;;; Code:

(require 'json)
(require 'seq)
(require 'subr-x)

(defgroup ttsmesh nil
  "Speak buffers with ttsmesh."
  :group 'multimedia
  :prefix "ttsmesh-")

(defcustom ttsmesh-command '("ttsmesh")
  "The program, and arguments that come before all others."
  :type '(repeat string)
  :risky t)

(defcustom ttsmesh-voice nil
  "The voice, or a blend such as \"af_heart:0.6,bf_emma:0.4\".
If nil, that of ttsmesh's own settings."
  :type '(choice (const :tag "As ttsmesh's settings say" nil) string)
  :safe #'string-or-null-p)

(defcustom ttsmesh-options nil
  "More options of `ttsmesh say', for example (\"--speed\" \"1.3\")."
  :type '(repeat string)
  :risky t)

(defcustom ttsmesh-formats
  '((markdown-mode . "markdown")
    (diff-mode . "diff")
    (compilation-mode . "log")
    (prog-mode . "code"))
  "What a text is, as for `ttsmesh say --as', by the major mode.
The first mode from which the buffer's mode is derived counts.
If there is none, ttsmesh finds out."
  :type '(alist :key-type symbol :value-type string))

(defcustom ttsmesh-follow-scroll t
  "Whether `ttsmesh-follow-mode' scrolls to the spoken word.
A window scrolls if it has shown the word before.  Its point moves along."
  :type 'boolean)

(defface ttsmesh-word '((t :inherit highlight))
  "The word that is spoken.")

(defconst ttsmesh--patience 5
  "Seconds in which the texts are handed over when Emacs quits.
It takes milliseconds, or a second or two if the mesh has to start.")

(defvar ttsmesh--processes nil
  "The processes that have not ended yet.")

;;; Processes

(defun ttsmesh--caller ()
  "The name of this Emacs, whose texts `ttsmesh-stop' ends."
  (format "emacs-%d" (emacs-pid)))

(defun ttsmesh--directory ()
  "The directory for the program, from which a project's lexicon is found.
It is the buffer's, or the user's own if that is gone or remote."
  (if (and (not (file-remote-p default-directory))
           (file-accessible-directory-p default-directory))
      default-directory
    (expand-file-name "~/")))

(defun ttsmesh--list (setting)
  "The value of SETTING, which must be a list."
  (let ((value (symbol-value setting)))
    (unless (listp value)
      (user-error "`%s' must be a list of strings, and is %S" setting value))
    value))

(defun ttsmesh--command (arguments)
  "The program and its ARGUMENTS as a list.  The program must exist."
  (let ((program (executable-find (car (ttsmesh--list 'ttsmesh-command)))))
    (unless program
      (user-error "There is no program %s; see `ttsmesh-command'"
                  (car ttsmesh-command)))
    `(,program ,@(cdr ttsmesh-command) ,@arguments)))

(defun ttsmesh--start (arguments &optional text on-event)
  "Run ttsmesh with ARGUMENTS and TEXT as its input, and do not wait for it.
ON-EVENT is called with each event that it prints, an alist.
If it complains of something, that is shown when it has ended.
Return the process."
  (let* ((default-directory (ttsmesh--directory))
         (process (make-process :name "ttsmesh"
                                :command (ttsmesh--command arguments)
                                :connection-type 'pipe
                                :coding 'utf-8-unix
                                :noquery t
                                :filter (ttsmesh--filter on-event)
                                :sentinel #'ttsmesh--ended)))
    (process-put process 'says (equal (car arguments) "say"))
    (push process ttsmesh--processes)
    ;; A program that ends without reading closes the pipe.  Then its message
    ;; says why.
    (ignore-errors
      (process-send-string process (or text ""))
      (process-send-eof process))
    process))

(defun ttsmesh--filter (on-event)
  "Return a process filter that passes each event to ON-EVENT.
Other lines are complaints.  The last one is kept in the process."
  (let ((unfinished ""))
    (lambda (process output)
      (let ((lines (split-string (concat unfinished output) "\n")))
        (setq unfinished (car (last lines)))
        (dolist (line (butlast lines))
          (if (string-prefix-p "{" line)
              (when on-event
                (funcall on-event (json-read-from-string line)))
            (process-put process 'complaint line)))))))

(defun ttsmesh--ended (process _change)
  "Forget PROCESS if it has ended, and show what it complained of."
  (unless (process-live-p process)
    (setq ttsmesh--processes (delq process ttsmesh--processes))
    (when-let ((overlay (process-get process 'overlay)))
      (delete-overlay overlay))
    (let ((complaint (process-get process 'complaint))
          (status (process-exit-status process)))
      (cond ((process-get process 'stopped))
            (complaint (message "%s" complaint))
            ;; 130: another text has interrupted one that is followed.
            ((not (memq status '(0 130)))
             (message "ttsmesh: ended with status %d" status))))))

(defun ttsmesh--hand-over ()
  "Wait until the texts are handed over, before Emacs ends its processes."
  (let ((deadline (time-add nil ttsmesh--patience)))
    (while (and (seq-some (lambda (process)
                            (not (process-get process 'overlay)))
                          ttsmesh--processes)
                (time-less-p nil deadline))
      (accept-process-output nil 0.05))))

(add-hook 'kill-emacs-hook #'ttsmesh--hand-over)

;;; The word that is spoken

;;;###autoload
(define-minor-mode ttsmesh-follow-mode
  "Highlight the word that is spoken, of texts that are said from now on.
Such a text ends when Emacs quits."
  :global t
  :lighter " Follow")

(defun ttsmesh--show (overlay event)
  "Move OVERLAY to the word of EVENT.
The place is counted from the word before, so that it is right while the
text before that is edited.  If another text is there, the word is looked
for close by."
  (let-alist event
    (when (and (equal .event "word") (overlay-buffer overlay))
      (with-current-buffer (overlay-buffer overlay)
        (let* ((before (overlay-start overlay))
               (way (- .from (overlay-get overlay 'ttsmesh-from)))
               (place (save-excursion
                        (save-restriction
                          (widen)
                          (goto-char (+ before way))
                          (and (or (ttsmesh--at-p .word)
                                   (ttsmesh--find .word overlay way))
                               (point))))))
          (when place
            (overlay-put overlay 'ttsmesh-from .from)
            (move-overlay overlay place (+ place (length .word)))
            (ttsmesh--scroll before place)))))))

(defun ttsmesh--at-p (word)
  "Whether WORD is at point."
  (let ((end (+ (point) (length word))))
    (and (<= end (point-max))
         (string= word (buffer-substring-no-properties (point) end)))))

(defun ttsmesh--find (word overlay way)
  "Move point to the next WORD behind OVERLAY, or before it if WAY is negative.
It may be up to a thousand characters away."
  (let ((case-fold-search nil))
    (if (< way 0)
        (let ((start (overlay-start overlay)))
          (goto-char start)
          (search-backward word (max (point-min) (- start 1000)) t))
      (goto-char (overlay-end overlay))
      (and (search-forward word (min (point-max) (+ (point) 1000)) t)
           (goto-char (match-beginning 0))))))

(defun ttsmesh--scroll (before place)
  "Show PLACE in the windows that have shown the place BEFORE."
  (when ttsmesh-follow-scroll
    (dolist (window (get-buffer-window-list nil nil t))
      (when (and (pos-visible-in-window-p before window)
                 (not (pos-visible-in-window-p place window)))
        (with-selected-window window
          (goto-char place)
          (recenter 2))))))

;;; What is said

(defun ttsmesh--options ()
  "The options of `ttsmesh say' in this buffer."
  (let ((format (seq-some (lambda (entry)
                            (and (derived-mode-p (car entry)) (cdr entry)))
                          ttsmesh-formats)))
    `("--caller" ,(ttsmesh--caller)
      ,@(and ttsmesh-voice `("--voice" ,ttsmesh-voice))
      ,@(and format `("--as" ,format))
      ,@(ttsmesh--list 'ttsmesh-options))))

;;;###autoload
(defun ttsmesh-region (start end)
  "Speak the region, from START to END.
It interrupts what was spoken before."
  (interactive "r")
  (let ((text (buffer-substring-no-properties start end)))
    (if (not ttsmesh-follow-mode)
        (ttsmesh--start (cons "say" (ttsmesh--options)) text)
      (let* ((overlay (make-overlay start start))
             (process (ttsmesh--start
                       `("say" "--wait" "--words" ,@(ttsmesh--options)) text
                       (lambda (event) (ttsmesh--show overlay event)))))
        (overlay-put overlay 'face 'ttsmesh-word)
        (overlay-put overlay 'ttsmesh-from 0)
        (process-put process 'overlay overlay)))))

;;;###autoload
(defun ttsmesh-buffer ()
  "Speak the buffer, or what it is narrowed to."
  (interactive)
  (ttsmesh-region (point-min) (point-max)))

;;;###autoload
(defun ttsmesh-stop (everything)
  "End what this Emacs has said.
With a prefix argument, EVERYTHING that sounds or waits, whoever said it."
  (interactive "P")
  ;; A `say' on its way must not arrive behind the `stop'.
  (dolist (process (copy-sequence ttsmesh--processes))
    (when (process-get process 'says)
      (process-put process 'stopped t)
      (delete-process process)))
  (ttsmesh--start (if everything
                      '("stop")
                    `("stop" "--caller" ,(ttsmesh--caller)))))

;;; Voices

(defun ttsmesh--voices ()
  "The voices that can be used: an alist of names and descriptions."
  (let ((command (ttsmesh--command '("voices" "--json")))
        (coding-system-for-read 'utf-8-unix)
        (default-directory (ttsmesh--directory)))
    (with-temp-buffer
      (let ((status (apply #'call-process (car command) nil t nil (cdr command))))
        (unless (eq status 0)
          (user-error "%s" (car (last (split-string
                                       (string-trim (buffer-string)) "\n"))))))
      (let* ((answer (json-read-from-string (buffer-string)))
             (usable (seq-remove (lambda (voice) (alist-get 'fault voice))
                                 (alist-get 'voices answer))))
        (mapcar (lambda (voice)
                  (cons (alist-get 'name voice)
                        (mapconcat (lambda (key) (or (alist-get key voice) "-"))
                                   '(language gender source) "  ")))
                usable)))))

;;;###autoload
(defun ttsmesh-voice (name &optional here)
  "Speak with the voice NAME from now on, or as the settings say if it is empty.
NAME may also be a blend such as \"af_heart:0.6,bf_emma:0.4\".
With a prefix argument, only HERE, in this buffer."
  (interactive
   (let* ((voices (ttsmesh--voices))
          (completion-extra-properties
           (list :annotation-function
                 (lambda (name) (concat "  " (cdr (assoc name voices)))))))
     (list (completing-read
            (format "Voice (%sempty for that of the settings): "
                    (if ttsmesh-voice (format "now %s; " ttsmesh-voice) ""))
            voices)
           current-prefix-arg)))
  (let ((voice (and (not (string-empty-p name)) name)))
    (if here
        (setq-local ttsmesh-voice voice)
      (setq-default ttsmesh-voice voice)))
  (force-mode-line-update t))

;;; Keys

(defvar ttsmesh-command-map
  (let ((map (make-sparse-keymap)))
    (define-key map "r" #'ttsmesh-region)
    (define-key map "b" #'ttsmesh-buffer)
    (define-key map "s" #'ttsmesh-stop)
    (define-key map "v" #'ttsmesh-voice)
    (define-key map "f" #'ttsmesh-follow-mode)
    map)
  "The keys of `ttsmesh-mode' behind its prefix.")

(defvar ttsmesh-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c \"") ttsmesh-command-map)
    map)
  "The keys of `ttsmesh-mode'.")

;;;###autoload
(define-minor-mode ttsmesh-mode
  "Keys that speak, in all buffers.

\\{ttsmesh-mode-map}"
  :global t
  :lighter (" TTS" (ttsmesh-voice ("[" ttsmesh-voice "]"))))

(provide 'ttsmesh)
;;; ttsmesh.el ends here
