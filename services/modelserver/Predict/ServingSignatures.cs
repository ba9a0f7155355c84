using Moodstream.Bert;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Tensors;

namespace Moodstream.ModelServer.Predict;

/// <summary>The signatures a model is served with.</summary>
internal static class ServingSignatures
{
    /// <summary>All of them, by name and in order of their names.</summary>
    /// <param name="model">The model.</param>
    /// <param name="hasTokenizer">Whether its folder has what turns texts into ids.</param>
    /// <param name="options">Most sequences of a request, and how numbers are encoded.</param>
    public static IReadOnlyDictionary<string, ServingSignature> Of(
        BertModel model, bool hasTokenizer, ModelServerOptions options)
    {
        var outputs = new LabelOutputs(
            model.Labels, options.TensorContent ? TensorEncoding.Content : TensorEncoding.TypedList);
        var mostValues = options.MaxRequestBytes / sizeof(int);
        List<ServingSignature> signatures =
        [
            new TokenIdsSignature(PredictSignature.Bert, model.Config, options.Queue, mostValues, outputs),
            new TokenIdsSignature(PredictSignature.Default, model.Config, options.Queue, mostValues, outputs),
        ];
        if (hasTokenizer)
        {
            signatures.Add(new TextsSignature(model.Encoder, options.Queue, outputs));
        }

        return signatures.ToDictionary(s => s.Name, StringComparer.Ordinal);
    }
}
