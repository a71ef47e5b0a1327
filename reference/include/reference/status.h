/**
 * @file
 * Result codes of the reference library.
 *
 * Every function that can fail returns REF_OK (0) or one of the negative codes below. On failure
 * its output parameters are unchanged unless the function says otherwise. The library never prints,
 * never exits and keeps no global state.
 */
#ifndef REFERENCE_STATUS_H
#define REFERENCE_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define REF_API __attribute__((visibility("default")))
#define REF_MUST_USE __attribute__((warn_unused_result))
#else
#define REF_API
#define REF_MUST_USE
#endif

enum ref_status {
    REF_OK = 0,
    REF_ERROR_SHAPE = -1,       /**< sizes that do not fit together, or a size of zero */
    REF_ERROR_NOT_FINITE = -2,  /**< NaN or infinity in an input */
    REF_ERROR_DOMAIN = -3,      /**< a parameter outside its stated range */
    REF_ERROR_SINGULAR = -4,    /**< the problem has no unique solution on these inputs */
    REF_ERROR_CONVERGENCE = -5, /**< an iteration used up its steps */
    REF_ERROR_MEMORY = -6,      /**< allocation failed, or a size overflows */
    REF_ERROR_UNKNOWN = -7,     /**< no operation, generator or parameter of that name */
    REF_ERROR_INTERNAL = -8     /**< a defect of this library */
};

/** One short English sentence for @p status; never NULL, also for unknown values. */
REF_API const char *ref_status_text(int status);

#ifdef __cplusplus
}
#endif
#endif
