using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Moodstream.ModelServer.Batching;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;
using Moodstream.Text;

namespace Moodstream.ModelServer.Predict;

/// <summary>Texts in, labels and probabilities out: normalised and tokenised here, as the model was trained.</summary>
/// <param name="encoder">The model's own.</param>
/// <param name="mostTexts">Most texts of a request.</param>
/// <param name="outputs">Makes the outputs.</param>
internal sealed class TextsSignature(TextEncoder encoder, int mostTexts, LabelOutputs outputs)
    : ServingSignature(PredictSignature.Texts, PredictSignature.DefineTexts(outputs.Labels))
{
    public override TensorProto Write(string alias, ReadOnlySpan<float> logitsBC, int count) =>
        outputs.Write(alias, logitsBC, count);

    protected override TokenSequences ReadInputs(
        MapField<string, TensorProto> inputs, CancellationToken cancellationToken)
    {
        var texts = Texts(inputs[PredictSignature.InputTexts]);
        var ids = new ArrayBufferWriter<int>(Math.Max(1, texts.Length * Math.Min(encoder.MaxTokens, 32)));
        var lengths = new int[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            // A long text takes milliseconds, and a request may hold thousands.
            cancellationToken.ThrowIfCancellationRequested();
            lengths[i] = i > 0 && ReferenceEquals(texts[i], texts[i - 1])
                ? Repeat(ids, lengths[i - 1])
                : Encode(texts[i], i, ids);
        }

        return new TokenSequences { Ids = ids.WrittenSpan.ToArray(), Lengths = lengths };
    }

    private int Encode(ByteString text, int index, ArrayBufferWriter<int> ids)
    {
        if (!Utf8.IsValid(text.Span))
        {
            throw Invalid($"{PredictSignature.InputTexts}[{index}]: expected UTF-8, got other bytes");
        }

        var tokens = encoder.Encode(Text(text), ids.GetSpan(encoder.MaxTokens)).Tokens;
        ids.Advance(tokens);
        return tokens;
    }

    // One value for many, which a tensor can be, costs its sender nothing: it is not encoded again.
    private static int Repeat(ArrayBufferWriter<int> ids, int length)
    {
        var memory = ids.GetSpan(length);
        ids.WrittenSpan[^length..].CopyTo(memory);
        ids.Advance(length);
        return length;
    }

    // Behind what the encoder reads anyway nothing is decoded.
    private static string Text(ByteString bytes) =>
        Encoding.UTF8.GetString(bytes.Span[..Math.Min(bytes.Length, TextEncoder.MaxTextBytes + 4)]);

    private ByteString[] Texts(TensorProto tensor)
    {
        try
        {
            if (tensor.Dtype is not DataType.DtString)
            {
                throw Invalid($"Expects arg[0] to be string but {TensorReader.NameOf(tensor.Dtype)} is provided");
            }

            var shape = TensorShape.Of(tensor);
            return shape.Rank == 1
                ? TensorReader.Strings(tensor, mostTexts)
                : throw Invalid($"{PredictSignature.InputTexts}: expected the shape [B], got {shape}");
        }
        catch (TensorFormatException exception)
        {
            throw Invalid($"tensor parsing error: {PredictSignature.InputTexts}: {exception.Message}");
        }
    }
}
