"""What people do in a course: enrol, read, answer, take the test, complete.

Locks are always taken in the order enrolment, attempt, register.
"""
