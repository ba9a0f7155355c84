using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Client;

/// <summary>
/// How a model's signature is asked for classes: which inputs carry the tokens, and the one output that is read. Equal
/// by value, so that a changed model shows.
/// </summary>
public sealed record ClassifierSignature
{
    /// <summary>Its name in requests.</summary>
    public required string Name { get; init; }

    /// <summary>[B, T] token ids; 0 pads.</summary>
    public required TokenInput Ids { get; init; }

    /// <summary>[B, T] 1 for a token, 0 for padding.</summary>
    public required TokenInput Mask { get; init; }

    /// <summary>[B, T] segments, all 0; null where the signature has none.</summary>
    public TokenInput? Segments { get; init; }

    /// <summary>The only T there is; null where T is any.</summary>
    public int? Length { get; init; }

    /// <summary>The only output that is asked for, so that every request has the same output_filter.</summary>
    public required ClassOutput Output { get; init; }

    /// <summary>The signature of this project's own models, for a server that does not describe its models.</summary>
    /// <param name="name">Its name in requests.</param>
    public static ClassifierSignature Own(string name) => new()
    {
        Name = name,
        Ids = new TokenInput(PredictSignature.InputIds, DataType.DtInt32),
        Mask = new TokenInput(PredictSignature.InputMask, DataType.DtInt32),
        Segments = new TokenInput(PredictSignature.SegmentIds, DataType.DtInt32),
        Output = new ClassOutput(PredictSignature.Probabilities, ClassOutputKind.Probabilities),
    };

    /// <summary>Finds the inputs and the output by their names, those of Hugging Face's exports included.</summary>
    /// <param name="signatures">A model's signatures.</param>
    /// <param name="name">The one to use.</param>
    /// <exception cref="UnusableSignatureException">
    /// It is not there, it lacks an input or output or has one more, or one has a type or shape that cannot be served.
    /// </exception>
    public static ClassifierSignature Find(IReadOnlyDictionary<string, SignatureDef> signatures, string name)
    {
        ArgumentNullException.ThrowIfNull(signatures);
        return signatures.TryGetValue(name, out var definition)
            ? SignatureReader.Read(name, definition)
            : throw new UnusableSignatureException(
                $"expected the signature {name}, got the signatures "
                + string.Join(", ", signatures.Keys.Order(StringComparer.Ordinal)));
    }

    /// <summary>Makes the request for a batch, padded to its longest sequence, or to <see cref="Length"/>.</summary>
    /// <param name="model">Name, and version where it matters; the signature's name is added.</param>
    /// <param name="tokenIds">All ids, sequence after sequence.</param>
    /// <param name="lengths">[B] ids of each sequence, 1 or more; they sum to the number of ids.</param>
    /// <exception cref="ArgumentException">
    /// There is no sequence, the lengths do not fit the ids, or a sequence is longer than <see cref="Length"/>.
    /// </exception>
    public PredictRequest CreateRequest(ModelSpec model, ReadOnlySpan<int> tokenIds, ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(model);
        var spec = model.Clone();
        spec.SignatureName = Name;
        var request = new PredictRequest { ModelSpec = spec, OutputFilter = { Output.Alias } };
        PaddedTokens.AddTo(request.Inputs, this, tokenIds, lengths);
        return request;
    }

    /// <summary>Reads the probabilities of a batch.</summary>
    /// <param name="response">The answer to a request of this signature.</param>
    /// <param name="sequences">B.</param>
    /// <param name="probabilitiesBC">
    /// [B, C] row-major, overwritten. Of logits, their soft-max; of class ids, 1 for the class and 0 for the others.
    /// </param>
    /// <exception cref="UnexpectedReplyException">
    /// The output is missing, has another type or shape, or holds what is no probability, no finite logit or no class.
    /// </exception>
    public void ReadProbabilities(PredictResponse response, int sequences, Span<float> probabilitiesBC)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        if (probabilitiesBC.IsEmpty || probabilitiesBC.Length % sequences != 0)
        {
            throw new ArgumentException(
                $"expected room for {sequences} rows of one length, got {probabilitiesBC.Length}",
                nameof(probabilitiesBC));
        }

        ProbabilityReader.Read(response, Output, sequences, probabilitiesBC);
    }
}
