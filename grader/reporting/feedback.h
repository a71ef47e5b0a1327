/**
 * @file
 * Feedback levels: how much of what marking saw a report tells (the rubric chooses per audience).
 *
 * | level   | verdicts, points | message, position, size of the error | got and expected | inputs |
 * |---------|------------------|--------------------------------------|------------------|--------|
 * | verdict | yes              | no                                   | no               | no     |
 * | hint    | yes              | yes, two significant digits          | no               | no     |
 * | values  | yes              | yes                                  | yes              | no     |
 * | full    | yes              | yes                                  | yes              | yes    |
 *
 * The rounding at "hint" is there because learners know their own numbers: with all digits of the
 * error or of the ratio of norms they could compute the expected value of a hidden case.
 */
#ifndef GRADER_REPORTING_FEEDBACK_H
#define GRADER_REPORTING_FEEDBACK_H

enum feedback { FEEDBACK_VERDICT, FEEDBACK_HINT, FEEDBACK_VALUES, FEEDBACK_FULL };

/** The enum feedback of "verdict", "hint", "values", "full"; -1 when unknown. */
int feedback_by_name(const char *name);

/** The value as a report of that level may tell it: unchanged, or two significant digits. */
double feedback_number(enum feedback level, double value);

#endif
