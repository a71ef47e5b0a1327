#include "reference/status.h"

const char *ref_status_text(int status)
{
    switch ((enum ref_status)status) {
    case REF_OK:
        return "no error";
    case REF_ERROR_SHAPE:
        return "sizes do not fit together, or a size is zero";
    case REF_ERROR_NOT_FINITE:
        return "an input contains NaN or infinity";
    case REF_ERROR_DOMAIN:
        return "a parameter lies outside its range";
    case REF_ERROR_SINGULAR:
        return "the problem has no unique solution on these inputs";
    case REF_ERROR_CONVERGENCE:
        return "an iteration used up its steps";
    case REF_ERROR_MEMORY:
        return "not enough memory";
    case REF_ERROR_UNKNOWN:
        return "no operation, generator or parameter has that name";
    case REF_ERROR_INTERNAL:
        return "a defect of the reference library";
    }
    return "unknown status";
}
