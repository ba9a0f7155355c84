using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Moodstream.Contracts;

namespace Moodstream.Cli.Score;

/// <summary>One JSON object a line.</summary>
internal sealed class JsonlScoreWriter : ScoreWriter
{
    /// <summary>Text outside ASCII is written as it is.</summary>
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write(in ScoreRow row, IBufferWriter<byte> output)
    {
        var (id, sentiment, tokens, truncated) = row;
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("label"u8, LabelName(sentiment.Label));
        json.WriteNumber("negative"u8, sentiment.Negative);
        json.WriteNumber("neutral"u8, sentiment.Neutral);
        json.WriteNumber("positive"u8, sentiment.Positive);
        json.WriteNumber("score"u8, sentiment.Score);
        json.WriteNumber("tokens"u8, tokens);
        json.WriteBoolean("truncated"u8, truncated);
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    internal static ReadOnlySpan<byte> LabelName(SentimentLabel label) => label switch
    {
        SentimentLabel.Negative => "negative"u8,
        SentimentLabel.Neutral => "neutral"u8,
        SentimentLabel.Positive => "positive"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(label), label, "not a mood"),
    };
}
