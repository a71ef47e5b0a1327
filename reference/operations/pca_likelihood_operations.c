/* Reconstruction error with its gradient, and probabilistic PCA, right and wrong. */
#include <math.h>
#include <stdlib.h>

#include "learning/pca_axes.h"
#include "operations/operation_support.h"
#include "reference/descriptive.h"
#include "reference/pca.h"

enum reconstruction_way {
    RECONSTRUCTION_RIGHT,
    RECONSTRUCTION_HALVED,
    RECONSTRUCTION_SUM,
    RECONSTRUCTION_SIGN,
    RECONSTRUCTION_UNCENTRED,
    RECONSTRUCTION_ENCODER_ONLY,
    RECONSTRUCTION_DECODER_ONLY,
    RECONSTRUCTION_ALL_ENTRIES
};

static int terms_of(enum reconstruction_way way)
{
    if (way == RECONSTRUCTION_ENCODER_ONLY)
        return RECONSTRUCTION_ENCODER;
    if (way == RECONSTRUCTION_DECODER_ONLY)
        return RECONSTRUCTION_DECODER;
    return RECONSTRUCTION_ENCODER | RECONSTRUCTION_DECODER;
}

static int wrong_reconstruction(const struct ref_array *in, struct ref_array *out,
                                enum reconstruction_way way)
{
    size_t n = in[0].rows, d = in[0].columns, k = in[1].columns;
    struct ref_array data = REF_ARRAY_EMPTY;
    double error = 0.0;
    int status = ref_array_copy(&data, &in[0]);
    if (status == REF_OK && way != RECONSTRUCTION_UNCENTRED)
        status = ref_centre(in[0].data, n, d, data.data);
    if (status == REF_OK)
        status = ref_array_init(&out[1], d, k);
    if (status == REF_OK)
        status =
            reconstruction_sums(data.data, n, d, in[1].data, k, terms_of(way), &error, out[1].data);
    ref_array_release(&data);
    if (status != REF_OK)
        return finish(status, out, 2);
    double divisor = (double)n;
    if (way == RECONSTRUCTION_SUM)
        divisor = 1.0;
    if (way == RECONSTRUCTION_ALL_ENTRIES)
        divisor = (double)n * (double)d;
    double factor = 1.0 / divisor;
    if (way == RECONSTRUCTION_HALVED)
        factor *= 0.5;
    if (way == RECONSTRUCTION_SIGN)
        factor = -factor;
    scale_output(&out[1], factor);
    status = real_output(status, &out[0], error / divisor);
    return finish(finite_output(finite_output(status, &out[0]), &out[1]), out, 2);
}

static int reconstruction_right(const struct ref_array *in, struct ref_array *out)
{
    size_t d = in[0].columns, k = in[1].columns;
    double error = 0.0;
    int status = ref_array_init(&out[1], d, k);
    if (status == REF_OK)
        status = ref_reconstruction_gradient(in[0].data, in[0].rows, d, in[1].data, k, &error,
                                             out[1].data);
    return finish(real_output(status, &out[0], error), out, 2);
}

COMPUTE(reconstruction_halved, wrong_reconstruction, RECONSTRUCTION_HALVED)
COMPUTE(reconstruction_sum, wrong_reconstruction, RECONSTRUCTION_SUM)
COMPUTE(reconstruction_sign, wrong_reconstruction, RECONSTRUCTION_SIGN)
COMPUTE(reconstruction_uncentred, wrong_reconstruction, RECONSTRUCTION_UNCENTRED)
COMPUTE(reconstruction_encoder, wrong_reconstruction, RECONSTRUCTION_ENCODER_ONLY)
COMPUTE(reconstruction_decoder, wrong_reconstruction, RECONSTRUCTION_DECODER_ONLY)
COMPUTE(reconstruction_all_entries, wrong_reconstruction, RECONSTRUCTION_ALL_ENTRIES)

static const struct ref_argument reconstruction_inputs[] = {
    MATRIX("X", "n", "d", "data, one row per observation"),
    MATRIX("W", "d", "k", "weights, any matrix"),
};
static const struct ref_argument reconstruction_outputs[] = {
    REAL("error", "mean over rows of the squared distance to their reconstruction"),
    MATRIX("gradient", "d", "k", "derivatives of the error by the entries of W"),
};
static const struct ref_variant reconstruction_variants[] = {
    {"CA07/decoder_only", "product rule: derivative through the last factor W' alone",
     reconstruction_decoder},
    {"CA07/encoder_only", "product rule: derivative through the first factor W alone",
     reconstruction_encoder},
    {"CA12/halved", "factor 2 of the square missing in the gradient", reconstruction_halved},
    {"GD02/sum", "error and gradient not divided by n", reconstruction_sum},
    {"GD13/sign", "sign of the gradient reversed", reconstruction_sign},
    {"LO01/all_entries", "error and gradient divided by n d", reconstruction_all_entries},
    {"PC01", "data not centred", reconstruction_uncentred},
};
const struct ref_operation operation_reconstruction_gradient = {
    "reconstruction_gradient",
    "E = 1/n |Xc - Xc W W'|_F^2 for the centred data Xc, and dE/dW",
    "Mathematics for Machine Learning, 5.4 and 10.3.2",
    reconstruction_inputs,
    LENGTH(reconstruction_inputs),
    reconstruction_outputs,
    LENGTH(reconstruction_outputs),
    reconstruction_right,
    reconstruction_variants,
    LENGTH(reconstruction_variants),
};

enum likelihood_way {
    LIKELIHOOD_DET,
    LIKELIHOOD_DIMENSION,
    LIKELIHOOD_N_MINUS_1,
    LIKELIHOOD_UNCENTRED,
    LIKELIHOOD_MEAN,
    LIKELIHOOD_OVER_D
};

static int likelihood(const struct ref_array *in, struct ref_array *out, enum likelihood_way way)
{
    size_t n = in[0].rows, d = in[0].columns;
    size_t k = count_value(&in[1]);
    if (k == 0 || k >= d)
        return REF_ERROR_DOMAIN;
    struct pca pca;
    int status =
        pca_init(&pca, in[0].data, n, d, way == LIKELIHOOD_UNCENTRED ? PCA_RAW : PCA_CENTRED);
    if (status != REF_OK)
        return status;
    double *variance = pca.singular;
    for (size_t i = 0; i < d; i++)
        variance[i] = pca_variance(&pca, i, (double)(way == LIKELIHOOD_N_MINUS_1 ? n - 1 : n));
    double sigma2 = ppca_noise(variance, d, k, (double)(way == LIKELIHOOD_OVER_D ? d : d - k));
    double log_two_pi = log(2.0 * 3.14159265358979323846);
    double constant = log_two_pi * (way == LIKELIHOOD_DIMENSION ? 1.0 : (double)d);
    double value =
        ppca_value(n, d, k, variance, sigma2, constant, way == LIKELIHOOD_DET ? 2.0 : 1.0);
    if (way == LIKELIHOOD_MEAN)
        value /= (double)n;
    pca_release(&pca);
    if (!(sigma2 > 0.0))
        return REF_ERROR_SINGULAR;
    status = real_output(status, &out[0], sigma2);
    status = real_output(status, &out[1], value);
    return finish(finite_output(finite_output(status, &out[0]), &out[1]), out, 2);
}

static int likelihood_right(const struct ref_array *in, struct ref_array *out)
{
    double sigma2 = 0.0, value = 0.0;
    int status = ref_ppca_log_likelihood(in[0].data, in[0].rows, in[0].columns, count_value(&in[1]),
                                         &sigma2, &value);
    status = real_output(status, &out[0], sigma2);
    return finish(real_output(status, &out[1], value), out, 2);
}

COMPUTE(likelihood_det, likelihood, LIKELIHOOD_DET)
COMPUTE(likelihood_dimension, likelihood, LIKELIHOOD_DIMENSION)
COMPUTE(likelihood_n_minus_1, likelihood, LIKELIHOOD_N_MINUS_1)
COMPUTE(likelihood_uncentred, likelihood, LIKELIHOOD_UNCENTRED)
COMPUTE(likelihood_mean, likelihood, LIKELIHOOD_MEAN)
COMPUTE(likelihood_over_d, likelihood, LIKELIHOOD_OVER_D)

static const struct ref_argument likelihood_inputs[] = {
    MATRIX("X", "n", "d", "data, one row per observation"),
    COUNT("k", "number of latent dimensions, in 1..d-1"),
};
static const struct ref_argument likelihood_outputs[] = {
    REAL("sigma2", "noise variance: mean of the discarded eigenvalues, covariance divided by n"),
    REAL("log_likelihood", "natural logarithm, total over all rows"),
};
static const struct ref_variant likelihood_variants[] = {
    {"DI10/det", "log det C not halved", likelihood_det},
    {"DI10/dimension", "log 2pi not multiplied by d", likelihood_dimension},
    {"IN11/over_d", "discarded eigenvalues divided by d instead of d - k", likelihood_over_d},
    {"LO01/mean", "log likelihood divided by n", likelihood_mean},
    {"PC01", "data not centred", likelihood_uncentred},
    {"PC03/n_minus_1", "covariance divided by n - 1", likelihood_n_minus_1},
};
const struct ref_operation operation_ppca_log_likelihood = {
    "ppca_log_likelihood",
    "sigma^2 and -n/2 (d log 2pi + log det C + d) at the maximum of likelihood",
    "Tipping & Bishop 1999, section 3.2; Mathematics for Machine Learning, 10.7",
    likelihood_inputs,
    LENGTH(likelihood_inputs),
    likelihood_outputs,
    LENGTH(likelihood_outputs),
    likelihood_right,
    likelihood_variants,
    LENGTH(likelihood_variants),
};
