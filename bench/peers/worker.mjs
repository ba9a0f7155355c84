// ONNX Runtime behind a line protocol: one JSON command a line on stdin, one JSON answer a line on stdout.
//   {"op":"about"}                                    -> {"node","onnxruntime"}
//   {"op":"load","session","path","threads"}          -> {}
//   {"op":"prepare","batches":[{"width","posts"}]}    -> {}            posts are arrays of token ids, padded to width
//   {"op":"run","session"}                            -> {"milliseconds","logits"}   base64 of float32, post after post
// The tensors are made in "prepare", so that "run" times ONNX Runtime and nothing else.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import ort from 'onnxruntime-node';

const require = createRequire(import.meta.url);
const sessions = new Map();
let feeds = [];

function feed({ width, posts }) {
  const shape = [posts.length, width];
  const ids = new BigInt64Array(posts.length * width);
  const mask = new BigInt64Array(ids.length);
  posts.forEach((post, row) => post.forEach((id, column) => {
    ids[row * width + column] = BigInt(id);
    mask[row * width + column] = 1n;
  }));
  return {
    input_ids: new ort.Tensor('int64', ids, shape),
    attention_mask: new ort.Tensor('int64', mask, shape),
    token_type_ids: new ort.Tensor('int64', new BigInt64Array(ids.length), shape),
  };
}

const operations = {
  about: () => ({
    node: process.version,
    onnxruntime: require('onnxruntime-node/package.json').version,
  }),

  async load({ session, path, threads }) {
    sessions.set(session, await ort.InferenceSession.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    }));
    return {};
  },

  prepare({ batches }) {
    feeds = batches.map(feed);
    globalThis.gc?.();
    return {};
  },

  async run({ session }) {
    const model = sessions.get(session);
    const results = [];
    const start = process.hrtime.bigint();
    for (const inputs of feeds) {
      results.push((await model.run(inputs)).logits.data);
    }
    const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
    const logits = Buffer.concat(results.map((r) => Buffer.from(r.buffer, r.byteOffset, r.byteLength)));
    return { milliseconds, logits: logits.toString('base64') };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const command = JSON.parse(line);
    answer = await operations[command.op](command);
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
