using System.Diagnostics.CodeAnalysis;
using Moodstream.Contracts;

namespace Moodstream.Classifier.Inference;

/// <summary>What a model said to a batch: which model scored it, or why it never can be as it is.</summary>
internal readonly record struct InferenceAnswer
{
    private InferenceAnswer(ModelVersion? model, string? refusal)
    {
        Model = model;
        Refusal = refusal;
    }

    /// <summary>The model that scored every sequence; null when the batch was refused.</summary>
    public ModelVersion? Model { get; }

    /// <summary>Why the batch can never be scored as it is; null when it was scored.</summary>
    public string? Refusal { get; }

    /// <summary>Whether every sequence was scored.</summary>
    [MemberNotNullWhen(true, nameof(Model))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsScored => Model is not null;

    /// <summary>Every sequence was scored.</summary>
    public static InferenceAnswer Scored(ModelVersion model) => new(model, null);

    /// <summary>The batch was refused for what it holds.</summary>
    public static InferenceAnswer Refused(string why) => new(null, why);
}
