/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <ctype.h>
#include <string.h>

#include "splitmix.h"

static const char *const words[] = {
    "the",      "of",      "and",     "to",       "in",     "a",       "is",       "that",      "it",       "was",
    "for",      "on",      "are",     "as",       "with",   "they",    "at",       "be",        "this",     "have",
    "from",     "or",      "one",     "had",      "by",     "word",    "but",      "not",       "what",     "all",
    "were",     "we",      "when",    "your",     "can",    "said",    "there",    "use",       "an",       "each",
    "which",    "she",     "do",      "how",      "their",  "if",      "will",     "up",        "other",    "about",
    "out",      "many",    "then",    "them",     "these",  "so",      "some",     "her",       "would",    "make",
    "like",     "him",     "into",    "time",     "has",    "look",    "two",      "more",      "write",    "go",
    "see",      "number",  "no",      "way",      "could",  "people",  "my",       "than",      "first",    "water",
    "been",     "call",    "who",     "oil",      "its",    "now",     "find",     "long",      "down",     "day",
    "did",      "get",     "come",    "made",     "may",    "part",    "machine",  "measure",   "memory",   "thread",
    "second",   "counter", "process", "between",  "little", "state",   "world",    "very",      "still",    "nation",
    "hand",     "old",     "life",    "tell",     "follow", "study",   "problem",  "different", "general",  "against",
    "interest", "course",  "public",  "question", "school", "several", "possible", "important", "children", "country",
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

/* A rank by Zipf's law, near enough: the floor of WORDS^u for a uniform u falls on n about as often as 1/n. It is made
 * of a random power of two and a random place below it. */
static size_t random_rank(uint64_t *seed)
{
    uint64_t random = splitmix_next(seed);
    uint64_t bound = (uint64_t)1 << (1 + random % 8);
    size_t rank = (size_t)(bound / 2 + (random >> 8) % (bound / 2)) - 1;
    return rank < WORDS ? rank : rank % WORDS;
}

/* One word and what follows it; `length` so far of the sentence, in words. */
static size_t make_word(char *text, uint64_t *seed, unsigned *length)
{
    const char *word = words[random_rank(seed)];
    size_t count = strlen(word);
    memcpy(text, word, count); /* NOLINT(bugprone-not-null-terminated-result): the text goes on behind it */
    if (*length == 0)
        text[0] = (char)toupper((unsigned char)text[0]);
    uint64_t random = splitmix_next(seed);
    int ends = ++*length > 5 && random % 8 == 0;
    if (ends)
        text[count++] = '.';
    else if (random % 16 == 1)
        text[count++] = ',';
    text[count++] = ends && random % 64 < 16 ? '\n' : ' ';
    *length = ends ? 0 : *length;
    return count;
}

void spb_text_fill(char *text, size_t bytes, uint64_t seed)
{
    char word[32];
    unsigned length = 0;
    for (size_t at = 0; at < bytes;) {
        size_t count = make_word(word, &seed, &length);
        count = count < bytes - at ? count : bytes - at;
        memcpy(text + at, word, count);
        at += count;
    }
}
