"""A pupil's attempt: start, step, autosave, hand in; and the policy that makes a grade of attempts."""
