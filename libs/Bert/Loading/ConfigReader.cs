using System.Globalization;
using System.Text.Json;

namespace Moodstream.Bert.Loading;

/// <summary>config.json as transformers 4 and 5 write it for BertForSequenceClassification; anything else is refused by name.</summary>
internal static class ConfigReader
{
    private const string TokenizerConfigFile = "tokenizer_config.json";
    private const int DefaultMaxTokens = 128;
    private const int MostLabels = 10_000;

    // Far above any BERT: they keep products of sizes inside 64 bits. What the sizes cost is bounded by the weights
    // file, which has to hold the tensors they imply.
    private const int MostLayers = 1_000;
    private const int MostWidth = 1 << 17;
    private const int MostRows = 1 << 24;

    /// <exception cref="ModelFormatException">The file describes a model this library does not run.</exception>
    public static BertConfig Read(string folder)
    {
        using var json = JsonFile.Read(Path.Combine(folder, ModelFolder.ConfigFile));
        try
        {
            return Read(json);
        }
        catch (InvalidOperationException exception)
        {
            // What the parser throws for text that is not UTF-16 once unescaped.
            throw new ModelFormatException(json.Path, "the file", "whole characters", exception.Message, exception);
        }
    }

    /// <summary>Most ids a text becomes: the tokenizer's own limit where the model can take it, otherwise 128.</summary>
    public static int ReadMaxTokens(string folder, BertConfig config)
    {
        var path = Path.Combine(folder, TokenizerConfigFile);
        if (File.Exists(path))
        {
            using var json = JsonFile.Read(path);

            // Tokenizers without a limit say 10^30 here.
            if (json.Find("model_max_length") is { ValueKind: JsonValueKind.Number } value
                && value.TryGetInt32(out var limit) && limit >= 2 && limit <= config.MaxPositions)
            {
                return limit;
            }
        }

        return Math.Min(DefaultMaxTokens, config.MaxPositions);
    }

    private static BertConfig Read(JsonFile json)
    {
        RequireArchitecture(json);
        var config = new BertConfig
        {
            Layers = json.Integer("num_hidden_layers", 1, MostLayers),
            Hidden = json.Integer("hidden_size", 1, MostWidth),
            Heads = json.Integer("num_attention_heads", 1, MostWidth),
            Intermediate = json.Integer("intermediate_size", 1, MostWidth),
            MaxPositions = json.Integer("max_position_embeddings", 2, MostWidth),
            VocabularySize = json.Integer("vocab_size", 1, MostRows),
            Segments = json.Integer("type_vocab_size", 1, MostWidth),
            LayerNormEpsilon = Epsilon(json),
            Labels = Labels(json),
        };
        return config.Hidden % config.Heads == 0
            ? config
            : throw json.Unexpected("num_attention_heads", $"a divisor of hidden_size, {config.Hidden}");
    }

    private static void RequireArchitecture(JsonFile json)
    {
        RequireText(json, "model_type", "bert");
        if (json.Find("architectures") is not { ValueKind: JsonValueKind.Array } architectures
            || architectures.GetArrayLength() != 1
            || !IsText(architectures[0], "BertForSequenceClassification"))
        {
            throw json.Unexpected("architectures", "[\"BertForSequenceClassification\"]");
        }

        // "gelu" is the exact, erf form; "gelu_new" and others approximate it differently.
        RequireText(json, "hidden_act", "gelu");
        if (json.Find("position_embedding_type") is not null)
        {
            RequireText(json, "position_embedding_type", "absolute");
        }

        RequireFalse(json, "is_decoder");
        RequireFalse(json, "add_cross_attention");
    }

    private static void RequireText(JsonFile json, string name, string value)
    {
        if (json.Find(name) is not { } found || !IsText(found, value))
        {
            throw json.Unexpected(name, $"\"{value}\"");
        }
    }

    private static bool IsText(JsonElement element, string value) =>
        element.ValueKind == JsonValueKind.String && element.ValueEquals(value);

    private static void RequireFalse(JsonFile json, string name)
    {
        if (json.Find(name) is { ValueKind: not JsonValueKind.False })
        {
            throw json.Unexpected(name, "false");
        }
    }

    private static float Epsilon(JsonFile json) =>
        json.Find("layer_norm_eps") is { ValueKind: JsonValueKind.Number } value
            && value.TryGetSingle(out var epsilon) && epsilon is > 0 and < 1
                ? epsilon
                : throw json.Unexpected("layer_norm_eps", "a number between 0 and 1");

    private static string[] Labels(JsonFile json)
    {
        const string Expected = "labels under the keys 0, 1, 2, … without a gap";
        if (json.Find("id2label") is not { } map)
        {
            // What transformers leaves out, because it is its default.
            return ["LABEL_0", "LABEL_1"];
        }

        if (map.ValueKind != JsonValueKind.Object || map.GetPropertyCount() is < 1 or > MostLabels)
        {
            throw json.Unexpected("id2label", Expected);
        }

        var labels = new string[map.GetPropertyCount()];
        foreach (var member in map.EnumerateObject())
        {
            if (!int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || id >= labels.Length || labels[id] is not null || member.Value.ValueKind != JsonValueKind.String)
            {
                throw json.Unexpected("id2label", Expected);
            }

            labels[id] = member.Value.GetString()!; // its kind is String
        }

        return labels;
    }
}
