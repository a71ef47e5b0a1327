/* Words, formulas and headings of a report. */
#include "assertions.h"

#include <stdlib.h>
#include <string.h>
#include "grader/casestudy/case_study.h"

struct counted {
    const char *markdown;
    size_t words;
    size_t formulas;
};

static const struct counted table[] = {
    {"", 0, 0},
    {"one two three", 3, 0},
    {"# A heading\n\nand text", 4, 0},
    {"it's one word, naïve too", 5, 0},
    {"the line $y = a + b x$ is fitted", 4, 1},
    {"$a$ and $b$", 1, 2},
    {"$$\nE = m c^2\n$$\n", 0, 1},
    {"it costs $5 and $6 today", 6, 0},
    {"a $ sign alone", 3, 0},
    {"an escaped \\$x\\$ is text", 5, 0},
    {"inline \\(x\\) and display \\[y\\]", 3, 2},
    {"\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}", 0, 1},
    {"\\begin{align} never closed", 4, 0},
    {"`$not$` a formula", 2, 0},
    {"```\n$x$ = code\n```\ntext", 1, 0},
    {"```math\n\\sum_i x_i\n```\ntext", 1, 1},
    {"~~~\n$x$\n~~~\n", 0, 0},
    {"```\nunclosed $x$ fence", 0, 0},
    {"a paragraph $x\n\nanother y$ one", 6, 0},
    {"- a list\n- of $k$ items", 4, 1},
    {"<!-- the $template$ explains\n\nitself -->\n\ntext $x$", 1, 1},
    {"`<!--` $x$ `-->`", 0, 1},
    {"<!-- unclosed\n\n$x$ <!-- again", 0, 1},
    {"---\ntitle: the $x$ of data\nauthor: ada\n---\n# Data\n", 1, 0},
    {"---\nno header", 2, 0},
    {"---\n---\nempty header", 2, 0},
    {"from $5 to $10", 4, 0},
    {"$`x + y`$ as GitHub writes it", 4, 1},
};

static void words_and_formulas_are_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct case_study_facts facts;
        struct error error = ERROR_INIT;
        const char *text = table[i].markdown;
        assert_int_equal(case_study_read("REPORT.md", text, strlen(text), &facts, &error), 0);
        if (facts.words != table[i].words || facts.formulas != table[i].formulas)
            print_error("\"%s\": %zu words, %zu formulas\n", text, facts.words, facts.formulas);
        assert_int_equal(facts.words, table[i].words);
        assert_int_equal(facts.formulas, table[i].formulas);
        case_study_release(&facts);
    }
}

static void sections_are_found_by_whole_words(void **state)
{
    (void)state;
    const char *text =
        "# The Problem and its *data*\n\ntext\n\nResults\n=======\n\n### 4. Méthode\n";
    struct case_study_facts facts;
    struct error error = ERROR_INIT;
    assert_int_equal(case_study_read("REPORT.md", text, strlen(text), &facts, &error), 0);
    assert_int_equal(facts.heading_count, 3);
    const char *const problem[] = {"question", "problem"};
    const char *const data[] = {"data"};
    const char *const part[] = {"result", "dat"};
    const char *const phrase[] = {"problem and"};
    const char *const accent[] = {"méthode"};
    assert_true(case_study_has_section(&facts, problem, 2));
    assert_true(case_study_has_section(&facts, data, 1));
    assert_false(case_study_has_section(&facts, part, 2));
    assert_true(case_study_has_section(&facts, phrase, 1));
    assert_true(case_study_has_section(&facts, accent, 1));
    assert_false(case_study_has_section(&facts, problem, 0));
    case_study_release(&facts);
}

static void a_notebook_counts_by_its_markdown_cells(void **state)
{
    (void)state;
    const char *text =
        "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": [\"# Data\\n\", \"two "
        "words $x$\"]}, {\"cell_type\": \"code\", \"source\": \"x = 1 # code\"}, "
        "{\"cell_type\": \"markdown\", \"source\": \"more\"}]}";
    struct case_study_facts facts;
    struct error error = ERROR_INIT;
    assert_int_equal(case_study_read("report.ipynb", text, strlen(text), &facts, &error), 0);
    assert_int_equal(facts.words, 4);
    assert_int_equal(facts.formulas, 1);
    assert_int_equal(facts.heading_count, 1);
    case_study_release(&facts);
    assert_int_equal(case_study_read("report.ipynb", "<<<<", 4, &facts, &error), ERROR_SUBMISSION);
    case_study_release(&facts);
}

/* Opening signs that nothing closes: must end soon, and in text. */
static void hostile_reports_cost_no_square(void **state)
{
    (void)state;
    static const char *const units[] = {"$a ", "\\(",  "\\begin{a}", "`a",      "[",
                                        "> ",  "*a_ ", "<!--",       "<!-- -->"};
    enum { SIZE = 256 * 1024 };
    char *text = malloc(SIZE);
    assert_non_null(text);
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        size_t length = strlen(units[u]), size = SIZE / length * length;
        for (size_t i = 0; i < size; i += length)
            memcpy(text + i, units[u], length);
        struct case_study_facts facts;
        struct error error = ERROR_INIT;
        assert_int_equal(case_study_read("REPORT.md", text, size, &facts, &error), 0);
        case_study_release(&facts);
    }
    free(text);
}

static void any_bytes_are_survived(void **state)
{
    (void)state;
    unsigned seed = 1;
    char text[257];
    for (int round = 0; round < 5000; round++) {
        static const char alphabet[] = "$\\`~()[]{}#\n abmath\xc3\xa9\xff\0begin end";
        size_t size = (size_t)(round % 257);
        for (size_t i = 0; i < size; i++) {
            seed = seed * 1103515245u + 12345u;
            text[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        struct case_study_facts facts;
        struct error error = ERROR_INIT;
        assert_int_equal(case_study_read("REPORT.md", text, size, &facts, &error), 0);
        case_study_release(&facts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_formulas_are_counted),
        cmocka_unit_test(sections_are_found_by_whole_words),
        cmocka_unit_test(a_notebook_counts_by_its_markdown_cells),
        cmocka_unit_test(hostile_reports_cost_no_square),
        cmocka_unit_test(any_bytes_are_survived),
    };
    return cmocka_run_group_tests_name("case study", tests, NULL, NULL);
}
