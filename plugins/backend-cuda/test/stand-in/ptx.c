#include "ptx.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef union { float f; uint32_t u; uint64_t d; } Value;
typedef struct { int reg; uint64_t constant; } Operand; // reg < 0: the constant; else the register plus the constant
typedef struct { int op, guard, negated, target; Operand o[14]; } Instruction;
struct Kernel {
  char name[256];
  unsigned threads;
  int registers, count, shared;
  Instruction *code;
};

// Special registers come first, then those of the text.
enum { PARAMETER, THREAD, GROUP, SPECIAL };

#define OPCODES(X) \
  X(LDP, "ld.param.u64") X(LDGD, "ld.global.u64") X(LDGU, "ld.global.u32") X(LDGF, "ld.global.f32") X(LDSU, "ld.shared.u32") \
  X(LDSF, "ld.shared.f32") X(STGU, "st.global.u32") X(STGF, "st.global.f32") X(STSU, "st.shared.u32") X(STSF, "st.shared.f32") \
  X(CVTA, "cvta.to.global.u64") X(SHLD, "shl.b64") X(MADW, "mad.wide.u32") X(MADL, "mad.lo.u32") X(MOVU, "mov.u32") \
  X(MOVF, "mov.f32") X(MOVB, "mov.b32") X(ANDP, "and.pred") X(ORP, "or.pred") X(NOTP, "not.pred") X(ADDF, "add.rn.f32") \
  X(SUBF, "sub.rn.f32") X(MULF, "mul.rn.f32") X(DIVF, "div.rn.f32") X(SQRT, "sqrt.rn.f32") X(NEGF, "neg.f32") X(ABSF, "abs.f32") \
  X(MINF, "min.f32") X(MAXF, "max.f32") X(FLOOR, "cvt.rmi.f32.f32") X(ADDU, "add.u32") X(SUBU, "sub.u32") X(MULU, "mul.lo.u32") \
  X(MULH, "mul.hi.u32") X(DIVU, "div.u32") X(REMU, "rem.u32") X(MINU, "min.u32") X(MAXU, "max.u32") X(ANDU, "and.b32") \
  X(ORU, "or.b32") X(XORU, "xor.b32") X(SHLU, "shl.b32") X(SHRU, "shr.u32") X(POPC, "popc.b32") X(BREV, "brev.b32") \
  X(CLZ, "clz.b32") X(U2F, "cvt.rn.f32.u32") X(S2F, "cvt.rn.f32.s32") X(F2S, "cvt.rzi.s32.f32") X(SELF, "selp.f32") \
  X(SELU, "selp.b32") X(LTU, "setp.lt.u32") X(LEU, "setp.le.u32") X(GTU, "setp.gt.u32") X(GEU, "setp.ge.u32") X(EQU, "setp.eq.u32") \
  X(NEU, "setp.ne.u32") X(LTF, "setp.lt.f32") X(LEF, "setp.le.f32") X(GTF, "setp.gt.f32") X(GEF, "setp.ge.f32") \
  X(EQF, "setp.eq.f32") X(NEF, "setp.ne.f32") X(NEUF, "setp.neu.f32") X(NANF, "setp.nan.f32") X(VOTE, "vote.sync.ballot.b32") \
  X(TF32, "cvt.rna.tf32.f32") X(BF16, "cvt.rn.bf16x2.f32") X(MMAT, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32") \
  X(MMAB, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32") X(BAR, "bar.sync") X(BRA, "bra") X(RET, "ret")
#define NUMBER(id, text) id,
#define TEXT(id, text) text,
enum { OPCODES(NUMBER) OPS };
static const char *const opcodes[] = { OPCODES(TEXT) };

typedef struct { int f, r, p, d, b; } Counts;
typedef struct { char name[32]; int value; } Named;
typedef struct { Counts first; Named shared[32], labels[8192]; int shares, marks; } Reader;

static int find(const Named *list, int n, const char *name) {
  for (int i = 0; i < n; i++) if (!strcmp(list[i].name, name)) return list[i].value;
  return -1;
}

static int registerOf(const Reader *r, const char *text) {
  if (!strcmp(text, "%tid.x")) return THREAD;
  if (!strcmp(text, "%ctaid.x")) return GROUP;
  int n = atoi(text + 2);
  switch (text[1]) {
    case 'f': return r->first.f + n;
    case 'r': return r->first.r + n;
    case 'p': return r->first.p + n;
    case 'd': return r->first.d + n;
    case 'b': return r->first.b + n;
  }
  return -1;
}

static int operand(const Reader *r, char *text, Operand *o) {
  if (*text == '[') { text++; text[strlen(text) - 1] = 0; }
  char *plus = strchr(text, '+');
  o->constant = 0;
  if (plus) { *plus = 0; o->constant = strtoull(plus + 1, 0, 10); }
  if (!strcmp(text, "p0")) { o->reg = PARAMETER; return 1; }
  if (*text == '%') return (o->reg = registerOf(r, text)) >= 0;
  o->reg = -1;
  if (text[0] == '0' && text[1] == 'f') { o->constant = strtoull(text + 2, 0, 16); return 1; }
  if (text[0] >= '0' && text[0] <= '9') { o->constant = strtoull(text, 0, 0); return 1; }
  int at = find(r->shared, r->shares, text);
  o->constant = (uint64_t)at;
  return at >= 0;
}

static int instruction(const Reader *r, char *line, Instruction *in) {
  in->guard = -1;
  if (*line == '@') {
    in->negated = line[1] == '!';
    char *space = strchr(line, ' ');
    *space = 0;
    in->guard = registerOf(r, line + 1 + in->negated);
    line = space + 1;
  }
  line[strlen(line) - 1] = 0; // the semicolon
  char *rest = strchr(line, ' ');
  if (rest) *rest++ = 0;
  for (in->op = 0; in->op < OPS && strcmp(opcodes[in->op], line); in->op++);
  if (in->op == OPS) return 0;
  if (in->op == BRA) return (in->target = find(r->labels, r->marks, rest)) >= 0;
  char *next = rest;
  for (int i = 0; i < 14 && next && *next; i++) {
    char *comma = strstr(next, ", ");
    if (comma) *comma = 0;
    if (*next == '{') next++; // sums, one factor, the other, and sums again, one by one
    if (next[strlen(next) - 1] == '}') next[strlen(next) - 1] = 0;
    if (!operand(r, next, &in->o[i])) return 0;
    next = comma ? comma + 2 : 0;
  }
  return 1;
}

static char *trimmed(char *line) { while (*line == ' ') line++; return line; }

Kernel *readPtx(const char *given, char *log, int room) {
  char *text = strdup(given);
  Kernel *k = calloc(1, sizeof *k);
  Reader *r = calloc(1, sizeof *r);
  const char *entry = strstr(text, ".visible .entry "), *limit = strstr(text, ".maxntid ");
  const char *head = strstr(text, "mma.") ? ".version 7.0\n.target sm_80\n" : ".version 6.0\n.target sm_50\n";
  if (strncmp(text, head, 27) || !entry || !limit) { snprintf(log, room, "the head is another"); goto bad; }
  sscanf(entry, ".visible .entry %255[^(]", k->name);
  k->threads = atoi(limit + 9);
  // labels and declarations first, then instructions
  for (int pass = 0; pass < 2; pass++) {
    char *copy = strdup(given), *save = 0, *body = strchr(copy, '{') + 1;
    k->count = 0;
    for (char *line = strtok_r(body, "\n", &save); line; line = strtok_r(0, "\n", &save)) {
      line = trimmed(line);
      int n;
      char kind, name[32];
      if (*line == '}' || !*line) continue;
      if (sscanf(line, ".reg .%*[a-z0-9] %%%c<%d>", &kind, &n) == 2) {
        if (pass) continue;
        int first = SPECIAL + k->registers;
        *(kind == 'f' ? &r->first.f : kind == 'r' ? &r->first.r : kind == 'p' ? &r->first.p : kind == 'b' ? &r->first.b : &r->first.d) = first;
        k->registers += n;
      } else if (sscanf(line, ".shared .align 4 .b8 %31[^[][%d]", name, &n) == 2) {
        if (pass) continue;
        strcpy(r->shared[r->shares].name, name);
        r->shared[r->shares++].value = k->shared;
        k->shared += n;
      } else if (*line == 'L') {
        if (pass) continue;
        snprintf(r->labels[r->marks].name, 32, "%.*s", (int)strlen(line) - 1, line);
        r->labels[r->marks++].value = k->count;
      } else {
        if (pass && !instruction(r, line, &k->code[k->count])) { snprintf(log, room, "PTX: %s", line); free(copy); goto bad; }
        k->count++;
      }
    }
    free(copy);
    if (!pass) k->code = calloc(k->count + 1, sizeof *k->code);
  }
  free(text); free(r);
  return k;
bad:
  free(text); free(r); freePtx(k);
  return 0;
}

void freePtx(Kernel *k) { free(k->code); free(k); }
const char *nameOf(const Kernel *k) { return k->name; }
unsigned threadsOf(const Kernel *k) { return k->threads; }

typedef struct { int pc; uint32_t said; } Thread;
typedef struct { uint64_t low, high; char *shared; int bytes, bad; } Space;
enum { ENDED, WAITS, VOTES, MULTIPLIES };

static uint64_t dump;
static void *global(Space *s, uint64_t a, int n) { if (a < s->low || a + n > s->high || a % n) { s->bad = 700; return &dump; } return (void *)a; }
static void *local(Space *s, uint64_t a) { if (a + 4 > (uint64_t)s->bytes || a % 4) { s->bad = 700; return &dump; } return s->shared + a; }
static uint32_t reversed(uint32_t x) { uint32_t y = 0; for (int i = 0; i < 32; i++, x >>= 1) y = y << 1 | (x & 1); return y; }
static int32_t toInt(float x) { return x != x ? 0 : x >= 2147483648.0f ? INT32_MAX : x <= -2147483648.0f ? INT32_MIN : (int32_t)x; }
static float real(uint32_t x) { Value v = { .u = x }; return v.f; }
// rounded to 11 significant bits, ties away from 0, and to 8, ties to even
static uint32_t tf32(Value v) { return v.f != v.f ? 0x7fffe000 : isinf(v.f) ? v.u : (v.u + 0x1000) & 0xffffe000; }
static uint32_t bf16(Value v) { return v.f != v.f ? 0x7fff : (v.u + 0x7fff + (v.u >> 16 & 1)) >> 16; }
static float smaller(float a, float b) { return a != a ? b : b != b ? a : a < b || (a == b && signbit(a)) ? a : b; }
static float larger(float a, float b) { return a != a ? b : b != b ? a : a > b || (a == b && !signbit(a)) ? a : b; }

static Value value(const Value *v, const Operand *o) {
  Value x = { .d = o->constant };
  if (o->reg >= 0) { x = v[o->reg]; x.d += o->constant; }
  return x;
}

/** Goes on with a thread until it ends, waits or votes. */
static int step(const Kernel *k, Thread *t, Value *v, Space *s) {
  for (; !s->bad; t->pc++) {
    const Instruction *in = &k->code[t->pc];
    if (in->guard >= 0 && (v[in->guard].u != 0) == in->negated) continue;
    const Operand *o = in->o;
    Value *d = o[0].reg >= 0 ? &v[o[0].reg] : 0;
#define A value(v, &o[1])
#define B value(v, &o[2])
#define C value(v, &o[3])
    switch (in->op) {
      case LDP: case CVTA: d->d = A.d; break;
      case LDGD: d->d = *(uint64_t *)global(s, A.d, 8); break;
      case LDGU: case LDGF: d->d = *(uint32_t *)global(s, A.d, 4); break;
      case LDSU: case LDSF: d->d = *(uint32_t *)local(s, A.u); break;
      case STGU: case STGF: *(uint32_t *)global(s, value(v, &o[0]).d, 4) = A.u; break;
      case STSU: case STSF: *(uint32_t *)local(s, value(v, &o[0]).u) = A.u; break;
      case SHLD: d->d = A.d << B.u; break;
      case MADW: d->d = (uint64_t)A.u * B.u + C.d; break;
      case MADL: d->d = (uint32_t)(A.u * B.u + C.u); break;
      case MOVU: case MOVF: case MOVB: d->d = A.u; break;
      case ANDP: d->d = A.u && B.u; break;
      case ORP: d->d = A.u || B.u; break;
      case NOTP: d->d = !A.u; break;
      case ADDF: d->f = A.f + B.f; break;
      case SUBF: d->f = A.f - B.f; break;
      case MULF: d->f = A.f * B.f; break;
      case DIVF: d->f = A.f / B.f; break;
      case SQRT: d->f = sqrtf(A.f); break;
      case NEGF: d->f = -A.f; break;
      case ABSF: d->f = fabsf(A.f); break;
      case MINF: d->f = smaller(A.f, B.f); break;
      case MAXF: d->f = larger(A.f, B.f); break;
      case FLOOR: d->f = floorf(A.f); break;
      case ADDU: d->d = (uint32_t)(A.u + B.u); break;
      case SUBU: d->d = (uint32_t)(A.u - B.u); break;
      case MULU: d->d = (uint32_t)(A.u * B.u); break;
      case MULH: d->d = (uint64_t)A.u * B.u >> 32; break;
      case DIVU: d->d = B.u ? A.u / B.u : UINT32_MAX; break;
      case REMU: d->d = B.u ? A.u % B.u : A.u; break;
      case MINU: d->d = A.u < B.u ? A.u : B.u; break;
      case MAXU: d->d = A.u > B.u ? A.u : B.u; break;
      case ANDU: d->d = A.u & B.u; break;
      case ORU: d->d = A.u | B.u; break;
      case XORU: d->d = A.u ^ B.u; break;
      case SHLU: d->d = B.u > 31 ? 0 : (uint32_t)(A.u << B.u); break;
      case SHRU: d->d = B.u > 31 ? 0 : A.u >> B.u; break;
      case POPC: d->d = (uint32_t)__builtin_popcount(A.u); break;
      case BREV: d->d = reversed(A.u); break;
      case CLZ: d->d = A.u ? (uint32_t)__builtin_clz(A.u) : 32; break;
      case U2F: d->f = (float)A.u; break;
      case S2F: d->f = (float)(int32_t)A.u; break;
      case F2S: d->d = (uint32_t)toInt(A.f); break;
      case SELF: case SELU: d->d = C.u ? A.u : B.u; break;
      case LTU: d->d = A.u < B.u; break;
      case LEU: d->d = A.u <= B.u; break;
      case GTU: d->d = A.u > B.u; break;
      case GEU: d->d = A.u >= B.u; break;
      case EQU: d->d = A.u == B.u; break;
      case NEU: d->d = A.u != B.u; break;
      case LTF: d->d = A.f < B.f; break;
      case LEF: d->d = A.f <= B.f; break;
      case GTF: d->d = A.f > B.f; break;
      case GEF: d->d = A.f >= B.f; break;
      case EQF: d->d = A.f == B.f; break;
      case NEF: d->d = A.f < B.f || A.f > B.f; break;
      case NEUF: d->d = A.f != B.f; break;
      case NANF: d->d = A.f != A.f || B.f != B.f; break;
      case VOTE: t->said = A.u != 0; return VOTES; // goes on behind it with the answer in `d`
      case TF32: d->d = tf32(A); break;
      case BF16: d->d = (uint64_t)bf16(A) << 16 | bf16(B); break;
      case MMAT: case MMAB: return MULTIPLIES; // goes on behind it with the sums in the first four
      case BAR: t->pc++; return WAITS;
      case BRA: t->pc = in->target - 1; break;
      case RET: return ENDED;
    }
  }
  return ENDED;
}

// A product of tiles by a warp, in f64, laid out as the PTX ISA says: registers go down first, then to the second half of the columns.
static void multiply(const Instruction *in, Value *values, int width) {
  int pack = in->op == MMAT ? 1 : 2, inner = 8 * pack;
  double a[16][16], b[16][8];
  for (int lane = 0; lane < 32; lane++) {
    int g = lane / 4, t = lane % 4;
    for (int i = 0; i < 6; i++) for (int e = 0; e < pack; e++) {
      uint32_t word = value(&values[lane * width], &in->o[4 + i]).u;
      float x = real(pack == 1 ? word & 0xffffe000 : e ? word & 0xffff0000 : word << 16);
      int k = t * pack + e + 4 * pack * (i < 4 ? i / 2 : i - 4);
      if (i < 4) a[g + 8 * (i % 2)][k] = x; else b[k][g] = x;
    }
  }
  for (int lane = 0; lane < 32; lane++) for (int i = 0; i < 4; i++) {
    double sum = value(&values[lane * width], &in->o[10 + i]).f;
    for (int k = 0; k < inner; k++) sum += a[lane / 4 + 8 * (i / 2)][k] * b[k][2 * (lane % 4) + i % 2];
    values[lane * width + in->o[i].reg].f = (float)sum;
  }
}

int runPtx(const Kernel *k, unsigned groups, uint64_t args, uint64_t low, uint64_t high) {
  int width = SPECIAL + k->registers;
  Thread *threads = calloc(k->threads, sizeof *threads);
  Value *values = malloc(sizeof(Value) * width * k->threads);
  Space s = { low, high, malloc(k->shared + 4), k->shared, 0 };
  for (unsigned g = 0; g < groups && !s.bad; g++) {
    memset(s.shared, 0x7f, k->shared);
    memset(values, 0x7f, sizeof(Value) * width * k->threads);
    for (unsigned t = 0; t < k->threads; t++) {
      threads[t].pc = 0;
      Value *v = &values[t * width];
      v[PARAMETER].d = args; v[THREAD].d = t; v[GROUP].d = g;
    }
    for (;;) {
      int first = step(k, &threads[0], values, &s);
      for (unsigned t = 1; t < k->threads && !s.bad; t++) if (step(k, &threads[t], &values[t * width], &s) != first) s.bad = s.bad ? s.bad : 719;
      if (s.bad || first == ENDED) break;
      if (first == MULTIPLIES) for (unsigned w = 0; w < k->threads; w += 32) {
        multiply(&k->code[threads[w].pc], &values[w * width], width);
        for (int i = 0; i < 32; i++) threads[w + i].pc++;
      }
      if (first == VOTES) for (unsigned w = 0; w < k->threads; w += 32) {
        uint32_t word = 0;
        for (int i = 0; i < 32; i++) word |= threads[w + i].said << i;
        for (int i = 0; i < 32; i++) { Thread *t = &threads[w + i]; values[(w + i) * width + k->code[t->pc++].o[0].reg].d = word; }
      }
    }
  }
  free(threads); free(values); free(s.shared);
  return s.bad;
}
