namespace Moodstream.ModelServer.Rest;

/// <summary>What can be asked for by REST.</summary>
internal enum RestOperation
{
    /// <summary>States of versions.</summary>
    Status,

    /// <summary>Signatures of a version.</summary>
    Metadata,

    /// <summary>A run of the model.</summary>
    Predict,

    /// <summary>A run on <c>tensorflow.Example</c>s, which no signature here takes.</summary>
    Classify,

    /// <summary>As <see cref="Classify"/>.</summary>
    Regress,
}
