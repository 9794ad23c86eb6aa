;;; ttsmesh-test.el --- Tests of ttsmesh.el  -*- lexical-binding: t; -*-

;;; Commentary:

;; tests/contrib/test_emacs.py runs them, with a fake ttsmesh first in the
;; path, which records its calls in the directory FAKE of the environment.

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'diff-mode)
(require 'ttsmesh)

;; Fakes of functions that are written in C would be compiled, one by one.
(setq comp-enable-subr-trampolines nil         ; Emacs 28
      native-comp-enable-subr-trampolines nil)

(defvar ttsmesh-test--said nil "What was shown in the echo area.")

(defun ttsmesh-test--file (name)
  "The file NAME of the fake."
  (expand-file-name name (getenv "FAKE")))

(defun ttsmesh-test--answer (answers)
  "Make the fake give ANSWERS, JSON by its first argument."
  (with-temp-file (ttsmesh-test--file "answers.json") (insert answers)))

(defun ttsmesh-test--calls ()
  "The calls of the fake, from the first on."
  (mapcar #'json-read-file
          (directory-files (ttsmesh-test--file "calls") t "\\.json\\'")))

(defun ttsmesh-test--arguments (call)
  "The arguments of CALL as a list."
  (append (alist-get 'arguments call) nil))

(defun ttsmesh-test--until (condition)
  "Wait until the function CONDITION returns something, and return that."
  (let (value)
    (with-timeout (30 (error "It never came about"))
      (while (not (setq value (funcall condition)))
        (accept-process-output nil 0.01)))
    value))

(defun ttsmesh-test--ended ()
  "Wait until no process of ours runs, and return the calls."
  (ttsmesh-test--until (lambda () (null ttsmesh--processes)))
  (ttsmesh-test--calls))

(defmacro ttsmesh-test (name doc text &rest body)
  "Define the test NAME, described by DOC, that runs BODY in a buffer with TEXT.
What is shown in the echo area goes to `ttsmesh-test--said'."
  (declare (indent defun) (doc-string 2))
  `(ert-deftest ,name ()
     ,doc
     (delete-directory (ttsmesh-test--file "calls") t)
     (make-directory (ttsmesh-test--file "calls"))
     (ttsmesh-test--answer "{}")
     (let ((ttsmesh-test--said nil) (ttsmesh-voice nil) (ttsmesh-follow-mode nil))
       (cl-letf (((symbol-function 'message)
                  (lambda (&rest arguments)
                    (push (apply #'format arguments) ttsmesh-test--said))))
         (with-temp-buffer
           (insert ,text)
           (goto-char (point-min))
           ,@body
           (ttsmesh-test--ended))))))

(ttsmesh-test ttsmesh-test-buffer-is-said-as-it-is
  "Quotes and other alphabets arrive."
  "She said \"it's 5%\" of `x` \\ $HOME;\n\n\tnaïve 日本語 😀\n"
  (ttsmesh-buffer)
  (let ((call (car (ttsmesh-test--ended))))
    (should (equal (ttsmesh-test--arguments call)
                   (list "say" "--caller" (format "emacs-%d" (emacs-pid)))))
    (should (equal (alist-get 'input call) (buffer-string)))))

(ttsmesh-test ttsmesh-test-region-and-narrowing-count
  "Only the region is said, and of a narrowed buffer only what is left."
  "one two three"
  (ttsmesh-region 5 8)
  (narrow-to-region 9 14)
  (ttsmesh-test--until (lambda () (ttsmesh-test--calls)))
  (ttsmesh-buffer)
  (should (equal (mapcar (lambda (call) (alist-get 'input call)) (ttsmesh-test--ended))
                 '("two" "three"))))

(ttsmesh-test ttsmesh-test-settings-are-options
  "The mode says what the text is, and settings are options."
  "--- a\n+++ b\n"
  (diff-mode)
  (let ((ttsmesh-voice "bm_george") (ttsmesh-options '("--speed" "1.3")))
    (ttsmesh-buffer))
  (should (equal (nthcdr 3 (ttsmesh-test--arguments (car (ttsmesh-test--ended))))
                 '("--voice" "bm_george" "--as" "diff" "--speed" "1.3"))))

(ttsmesh-test ttsmesh-test-code-is-read-as-code
  "A mode counts for those that are derived from it."
  "a = 1\n"
  (emacs-lisp-mode)
  (ttsmesh-buffer)
  (should (member "code" (ttsmesh-test--arguments (car (ttsmesh-test--ended))))))

(ttsmesh-test ttsmesh-test-stop-ends-ours-or-all
  "By itself only the texts of this Emacs."
  ""
  (ttsmesh-stop nil)
  (ttsmesh-test--ended)
  (ttsmesh-stop t)
  (should (equal (mapcar #'ttsmesh-test--arguments (ttsmesh-test--ended))
                 `(("stop" "--caller" ,(format "emacs-%d" (emacs-pid))) ("stop")))))

(ttsmesh-test ttsmesh-test-two-stops-reach-the-mesh
  "The second one does not take the first one back."
  ""
  (ttsmesh-stop t)
  (ttsmesh-stop nil)
  (should (equal (length (ttsmesh-test--ended)) 2)))

(ttsmesh-test ttsmesh-test-a-directory-that-is-gone-or-remote-does-no-harm
  "What is shown of it can be said, and nobody asks another machine."
  "text"
  (ttsmesh-test--answer "{\"voices\": {\"output\": \"{\\\"voices\\\": []}\"}}")
  (dolist (default-directory '("/nowhere/" "/ssh:nowhere.invalid:/"))
    (should-not (ttsmesh--voices))
    (ttsmesh-buffer))
  (should (equal (length (ttsmesh-test--ended)) 4)))

(ttsmesh-test ttsmesh-test-stop-takes-back-what-is-on-its-way
  "A text that has not been handed over yet is not said."
  "text"
  (ttsmesh-test--answer "{\"say\": {\"hangs\": true}}")
  (ttsmesh-buffer)
  (ttsmesh-test--until (lambda () (ttsmesh-test--calls)))
  (ttsmesh-stop nil)
  (should (equal (mapcar (lambda (call) (car (ttsmesh-test--arguments call)))
                         (ttsmesh-test--ended))
                 '("say" "stop")))
  (should-not ttsmesh-test--said))

(ttsmesh-test ttsmesh-test-complaints-are-shown
  "In the words of ttsmesh, once."
  "text"
  (ttsmesh-test--answer
   "{\"say\": {\"errors\": \"ttsmesh: unknown voice 'ü'\\n\", \"status\": 66}}")
  (ttsmesh-buffer)
  (ttsmesh-test--ended)
  (should (equal ttsmesh-test--said '("ttsmesh: unknown voice 'ü'"))))

(ttsmesh-test ttsmesh-test-a-failure-without-a-word-is-told
  "An exit status says something, too."
  "text"
  (ttsmesh-test--answer "{\"say\": {\"status\": 70}}")
  (ttsmesh-buffer)
  (ttsmesh-test--ended)
  (should (equal ttsmesh-test--said '("ttsmesh: ended with status 70"))))

(ttsmesh-test ttsmesh-test-a-missing-program-is-told
  "One line says which, and where to set it."
  "text"
  (let ((ttsmesh-command '("/nowhere/ttsmesh")) (text-quoting-style 'grave))
    (should (equal (should-error (ttsmesh-buffer) :type 'user-error)
                   '(user-error "There is no program /nowhere/ttsmesh; see `ttsmesh-command'")))))

(ttsmesh-test ttsmesh-test-settings-that-are-no-lists-are-told
  "One line names the setting."
  "text"
  (dolist (setting '(ttsmesh-command ttsmesh-options))
    (cl-progv (list setting) '("ttsmesh")
      (should (string-match-p
               (format "%s. must be a list" setting)
               (cadr (should-error (ttsmesh-buffer) :type 'user-error)))))))

(ert-deftest ttsmesh-test-a-file-may-choose-its-voice-and-nothing-else ()
  "What says which program runs, and with which options, is risky in a file."
  (should (safe-local-variable-p 'ttsmesh-voice "bm_george"))
  (should (risky-local-variable-p 'ttsmesh-command))
  (should (risky-local-variable-p 'ttsmesh-options)))

(defconst ttsmesh-test--voices
  "{\"voices\": {\"output\": \"{\\\"voices\\\": [
{\\\"name\\\": \\\"af_sky\\\", \\\"language\\\": \\\"en-us\\\", \\\"gender\\\": null,
 \\\"source\\\": \\\"official\\\", \\\"fault\\\": null},
{\\\"name\\\": \\\"bad\\\", \\\"fault\\\": \\\"damaged\\\"}]}\"}}")

(ttsmesh-test ttsmesh-test-a-voice-is-chosen-from-those-there-are
  "With completion, everywhere or in one buffer, and back to the settings."
  ""
  (ttsmesh-test--answer (replace-regexp-in-string "\n" " " ttsmesh-test--voices))
  (should (equal (ttsmesh--voices) '(("af_sky" . "en-us  -  official"))))
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt voices &rest _) (car (all-completions "af" voices)))))
    (call-interactively #'ttsmesh-voice))
  (should (equal ttsmesh-voice "af_sky"))
  (ttsmesh-voice "bf_emma" t)
  (should (equal (list ttsmesh-voice (default-value 'ttsmesh-voice))
                 '("bf_emma" "af_sky")))
  (ttsmesh-voice "" t)
  (ttsmesh-voice "")
  (should-not (or ttsmesh-voice (default-value 'ttsmesh-voice))))

(ttsmesh-test ttsmesh-test-voices-that-cannot-be-listed-are-told
  "In the words of ttsmesh."
  ""
  (ttsmesh-test--answer
   "{\"voices\": {\"errors\": \"ttsmesh: no voices\\n\", \"status\": 78}}")
  (should (equal (should-error (ttsmesh--voices) :type 'user-error)
                 '(user-error "ttsmesh: no voices"))))

(defun ttsmesh-test--event (overlay word from)
  "Tell OVERLAY that WORD is heard, which was FROM characters into the text.
Return the text that is highlighted then."
  (ttsmesh--show overlay `((event . "word") (word . ,word) (from . ,from)
                           (to . ,(+ from (length word)))))
  (buffer-substring (overlay-start overlay) (overlay-end overlay)))

(ttsmesh-test ttsmesh-test-words-are-followed-through-edits
  "Before the spoken word edits do no harm, and behind it the word is found."
  "Tea is ready, is it? Yes."
  (let ((overlay (make-overlay 1 1)))
    (overlay-put overlay 'ttsmesh-from 0)
    (should (equal (ttsmesh-test--event overlay "Tea" 0) "Tea"))
    (insert "Oh! 日本 ")
    (should (equal (ttsmesh-test--event overlay "is" 4) "is"))
    (should (looking-at-p "Tea"))
    (save-excursion (search-forward "ready, ") (insert "and good, "))
    (should (equal (ttsmesh-test--event overlay "ready" 7) "ready"))
    (should (equal (ttsmesh-test--event overlay "is" 14) "is"))
    (should (equal (overlay-start overlay) 32))
    (should (equal (ttsmesh-test--event overlay "it" 17) "it"))
    (save-excursion (search-forward "Yes") (replace-match "No"))
    (should (equal (ttsmesh-test--event overlay "Yes" 21) "it"))
    (should (equal (ttsmesh-test--event overlay "Tea" 0) "Tea"))
    (delete-overlay overlay)
    (ttsmesh--show overlay '((event . "word") (word . "Tea") (from . 0) (to . 3)))))

(ttsmesh-test ttsmesh-test-a-window-scrolls-if-it-has-shown-the-word-before
  "Where somebody looks elsewhere it stays.  The window is a fake: batch has none."
  (mapconcat #'number-to-string (number-sequence 1000 1999) "\n")
  (save-window-excursion
    (switch-to-buffer (current-buffer))
    (let ((overlay (make-overlay 1 1)) (top 1))
      (cl-letf (((symbol-function 'pos-visible-in-window-p)
                 (lambda (place _window) (<= top place (+ top 50))))
                ((symbol-function 'recenter) (lambda (_line) (setq top (point)))))
        (overlay-put overlay 'ttsmesh-from 0)
        (ttsmesh-test--event overlay "1000" 0)
        (ttsmesh-test--event overlay "1010" 50)
        (should (equal (list top (point)) '(1 1)))
        (ttsmesh-test--event overlay "1100" 500)
        (should (equal (list top (point)) '(501 501)))
        (let ((ttsmesh-follow-scroll nil))
          (ttsmesh-test--event overlay "1200" 1000))
        (ttsmesh-test--event overlay "1300" 1500)
        (should (equal (list top (point)) '(501 501)))))))

(ttsmesh-test ttsmesh-test-a-followed-text-is-highlighted-until-it-ends
  "The events of the program move the overlay, and no overlay is left."
  "Tea is ready."
  (ttsmesh-test--answer
   (concat "{\"say\": {\"status\": 130, \"output\": \""
           "{\\\"event\\\": \\\"word\\\", \\\"word\\\": \\\"is\\\","
           " \\\"from\\\": 4, \\\"to\\\": 6}\\n"
           "{\\\"event\\\": \\\"mark\\\", \\\"name\\\": \\\"m\\\"}\\n\"}}"))
  (ttsmesh-follow-mode 1)
  (ttsmesh-buffer)
  (let (places)
    (cl-letf* ((move (symbol-function 'move-overlay))
               ((symbol-function 'move-overlay)
                (lambda (&rest arguments)
                  (push (cdr arguments) places)
                  (apply move arguments))))
      (should (equal (seq-take (ttsmesh-test--arguments (car (ttsmesh-test--ended))) 3)
                     '("say" "--wait" "--words"))))
    (should (equal places '((5 7)))))
  (should-not (overlays-in (point-min) (point-max)))
  (should-not ttsmesh-test--said))

(ert-deftest ttsmesh-test-keys ()
  "The mode binds keys, and shows the voice."
  (ttsmesh-mode 1)
  (unwind-protect
      (progn
        (should (eq (key-binding (kbd "C-c \" r")) #'ttsmesh-region))
        (should (assq 'ttsmesh-mode minor-mode-alist)))
    (ttsmesh-mode -1))
  (should-not (key-binding (kbd "C-c \" r"))))

(provide 'ttsmesh-test)
;;; ttsmesh-test.el ends here
