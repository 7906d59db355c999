/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Results as they were read, written again: with every member, also those not known here. */
#pragma once

#include "base/json.h"
#include "results/document.h"

#include <stdio.h>

/* @json on one line without blanks, in ASCII; NULL is null. Without a line end. */
void result_json_print(FILE *out, const struct json_t *json);
/* A member of the document ("run", "summary"), likewise. */
void document_member_print(FILE *out, const struct document *doc, const char *name);
/* All of it, indented, with a line's end. */
void document_print(FILE *out, const struct document *doc);
/* Add the elements of a member that is a list to the array that is open in @j. */
void document_elements_print(struct json *j, const struct document *doc, const char *name);
