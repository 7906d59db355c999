/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/expression.h"
#include "packet/options.h"
#include "packet/value.h"

#include <stdlib.h>
#include <string.h>

#define INDENT	   19
#define LINE_WIDTH 98

static const char intro[] =
	"A packet is layers joined by '/', from the outside in, with named fields:\n"
	"\n"
	"  eth(src=12:52:e3:7e:87:4f) / ipv4(src=172.16.0.251, dst=$vip)\n"
	"  / tcp(sport=37352, dport=80, flags=S, options=[mss(1460), sackok]) / \"text\"\n"
	"\n"
	"Fields that are not named have their default. Lengths, checksums and numbers of the next\n"
	"header follow from the rest, marked '=' below, unless they are named: so wrong ones can be\n"
	"built on purpose. A length that does not fit is 0. In fragments, and where an ICMP error\n"
	"holds less of a packet than its length, checksums over what is not there are left 0.\n"
	"\n"
	"  \"text\"             payload; \\n \\t \\r \\0 \\\\ \\\" \\xNN inside the quotes\n"
	"  hex(01 02 ff)      payload, in hexadecimal; blanks, ':' and '.' between bytes\n"
	"  zeros(N)           payload of N bytes 0\n"
	"  pad(N)             N bytes 0 after the end of the contents, as short Ethernet frames have\n"
	"                     them; also pad(hex(..)), pad(\"text\"). The lengths and checksums of the\n"
	"                     headers since the last eth(..) do not cover it; a second pad belongs to\n"
	"                     the frame around that one\n"
	"  cut(N)             only the first N bytes of the packet that an ICMP error holds, with the\n"
	"                     lengths and checksums of the whole: icmp(type=unreachable) / ipv4()\n"
	"                     / udp() / \"text\" / cut(28)\n"
	"  $name              a variable: a whole value, or layers\n"
	"  # comment          after a blank, to the end of the line\n"
	"  0x1f, 31           numbers; a leading zero is refused\n"
	"\n"
	"An expected packet is one of:\n"
	"\n"
	"  EXPRESSION                       the whole frame\n"
	"  like EXPRESSION                  only the headers and fields named, in this order\n"
	"  same                             what was sent, byte for byte\n"
	"  sent with EXPRESSION             what was sent, with these fields changed\n"
	"  sent without HEADER / HEADER     what was sent, these headers removed\n"
	"  EXPRESSION / sent                headers in front of what was sent, which may be changed\n"
	"                                   as above: eth(..) / ipv4(..) / sent without eth\n"
	"\n"
	"There, ipv4[2](..) is the second IPv4 header, any as a value skips a field, and '/ ...' at\n"
	"the end ignores what follows. Lengths and checksums follow from the change; a checksum that\n"
	"was wrong when sent stays as wrong (RFC 1624).\n";

/* Words of @text on lines of LINE_WIDTH, the first of which is @used characters long already. */
static void print_wrapped(FILE *out, const char *text, size_t used)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (used > INDENT && used + 1 + len > LINE_WIDTH) {
			fprintf(out, "\n%*s", INDENT, "");
			used = INDENT;
		}
		if (used > INDENT)
			used += (size_t)fprintf(out, " ");
		used += (size_t)fprintf(out, "%.*s", (int)len, text);
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static char *default_text(const struct field *f)
{
	uint8_t hdr[64] = {};
	char *text;
	size_t size;
	FILE *out;

	field_set(f, hdr, f->def);
	out = xmemstream(&text, &size);
	fputs("; default ", out);
	field_print(out, f, hdr);
	fclose(out);
	return text;
}

static void print_options(FILE *out, const struct option_set *set)
{
	for (const struct option_kind *k = set->kinds; k->name; k++) {
		fprintf(out, "      %-*s", INDENT - 6, k->name);
		print_wrapped(out, k->text, INDENT);
	}
	fprintf(out, "      %-*s%s\n", INDENT - 6, "opt", "any other: opt(KIND, hex(..))");
}

static void print_field(FILE *out, const struct field *f)
{
	bool number = f->type == FIELD_UINT || f->type == FIELD_FLAGS;
	char *accepted = value_accepted(f), *def = NULL, *text;

	if (number && f->def && !(f->marks & (FIELD_LENGTH | FIELD_CHECKSUM | FIELD_CRC)))
		def = default_text(f);
	text = xasprintf("%s: %s%s%s%s", f->text, accepted, def ? def : "",
			 f->only ? "; only with " : "", f->only ? f->only->when : "");
	fprintf(out, "  %c %-*s", f->marks & FIELD_DERIVED ? '=' : ' ', INDENT - 4, f->name);
	print_wrapped(out, text, INDENT);
	if (f->options && f->options->kinds)
		print_options(out, f->options);
	free(accepted);
	free(def);
	free(text);
}

void packet_help(FILE *out)
{
	fputs(intro, out);
	for (const struct proto *const *p = protos; *p; p++) {
		fprintf(out, "\n%s: %s\n", (*p)->name, (*p)->text);
		for (const struct field *f = (*p)->fields; f->name; f++)
			print_field(out, f);
	}
}
