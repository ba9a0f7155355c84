using Moodstream.Bert;
using Moodstream.Contracts;
using Moodstream.TensorFlowServing.Client;

namespace Moodstream.Classifier.Inference;

/// <summary>A model that runs elsewhere, fed by the tokenizer of a local folder.</summary>
internal static class ServingModel
{
    /// <summary>Reads the folder, without weights. Connects to nothing: the server need not be there yet.</summary>
    /// <param name="options">How to score.</param>
    /// <param name="endpoint">The server, or the sidecar before it.</param>
    /// <param name="apiToken">What a sidecar asks for; null or empty where it asks for nothing.</param>
    /// <param name="time">Clock of the deadlines.</param>
    public static ScoringModel Open(ClassifierOptions options, Uri endpoint, string? apiToken, TimeProvider time)
    {
        var folder = BertFolder.Open(options.Model);
        var client = new TensorFlowServingClient(new TensorFlowServingClientOptions
        {
            Address = endpoint,
            Deadline = options.ModelDeadline,
            AppId = options.ModelAppId,
            ApiToken = options.ModelAppId is null || apiToken is "" ? null : apiToken,
            TimeProvider = time,
        });
        var app = options.ModelAppId is null ? "" : $", app {options.ModelAppId}";
        return new ScoringModel
        {
            Folder = new ModelVersion(folder.Name, folder.Version),
            Labels = options.ModelLabels ?? folder.Labels,
            MaxTokens = folder.MaxTokens,
            Encode = folder.Encoder.Encode,
            Inference = new ServingInference(client, options.ModelName, options.ModelSignature, folder.MaxTokens),
            Place = $"by model {options.ModelName}, signature {options.ModelSignature}, at {endpoint}{app}",
            Calls = options.ModelCalls,
        };
    }
}
