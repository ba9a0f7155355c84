using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Moodstream.Rpc;

namespace Moodstream.ModelServer.Rest;

/// <summary>
/// The parts of a predict request, found by a first pass that holds all of it to JSON: what type its values have to be
/// only the signature says, whose name may come last.
/// </summary>
/// <remarks>Members of other names are not looked at, as in TensorFlow Serving.</remarks>
internal readonly ref struct PredictBody
{
    /// <summary>Far more than a tensor of any signature here needs, far less than the stack has.</summary>
    private const int MostDepth = 32;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private PredictBody(string signatureName, bool isRowForm, ReadOnlySpan<byte> tensors)
    {
        SignatureName = signatureName;
        IsRowForm = isRowForm;
        Tensors = tensors;
    }

    /// <summary>Empty for the default.</summary>
    public string SignatureName { get; }

    /// <summary>Whether the tensors came as "instances"; otherwise as "inputs". The answer has the same form.</summary>
    public bool IsRowForm { get; }

    /// <summary>
    /// The one value of "instances" or "inputs": well-formed, UTF-8, of bounded depth, its strings sound Unicode.
    /// </summary>
    public ReadOnlySpan<byte> Tensors { get; }

    /// <summary>Takes a request apart.</summary>
    /// <param name="json">The whole body.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it is no JSON, or not of the one form or the other.</exception>
    public static PredictBody Parse(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith(ByteOrderMark))
        {
            json = json[ByteOrderMark.Length..];
        }

        if (json.IsEmpty)
        {
            throw JsonErrors.Malformed("The document is empty");
        }

        if (!Utf8.IsValid(json))
        {
            throw JsonErrors.Malformed("Invalid encoding in string: expected UTF-8.");
        }

        try
        {
            return Scan(json);
        }
        catch (JsonException exception)
        {
            throw JsonErrors.Malformed(exception.Message);
        }
    }

    private static PredictBody Scan(ReadOnlySpan<byte> json)
    {
        string? signature = null;
        Range? instances = null;
        Range? inputs = null;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MostDepth });
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            SkipValue(ref reader);
            reader.Read(); // throws if anything follows
            throw JsonErrors.Invalid(json, "Is not object");
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            RequireUnicode(ref reader);
            if (reader.ValueTextEquals("signature_name"u8))
            {
                JsonErrors.RequireFirst(signature is null, "signature_name");
                signature = ReadSignatureName(json, ref reader);
            }
            else if (reader.ValueTextEquals("instances"u8))
            {
                JsonErrors.RequireFirst(instances is null, "instances");
                instances = ReadRange(ref reader);
            }
            else if (reader.ValueTextEquals("inputs"u8))
            {
                JsonErrors.RequireFirst(inputs is null, "inputs");
                inputs = ReadRange(ref reader);
            }
            else
            {
                ReadRange(ref reader);
            }
        }

        reader.Read(); // throws if anything follows
        return (instances, inputs) switch
        {
            ({ } rows, null) => new PredictBody(signature ?? "", isRowForm: true, json[rows]),
            (null, { } columns) => new PredictBody(signature ?? "", isRowForm: false, json[columns]),
            (null, null) => throw JsonErrors.Invalid("Missing 'inputs' or 'instances' key"),
            _ => throw JsonErrors.Invalid(
                json, "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist"),
        };
    }

    private static string ReadSignatureName(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        var value = ReadRange(ref reader);
        return reader.TokenType is JsonTokenType.String
            ? reader.GetString()! // a string is not null
            : throw JsonErrors.Invalid(
                json[value], "not formatted correctly. 'signature_name' key must be a string value.");
    }

    private static Range ReadRange(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex; // a body is shorter than 2 GiB
        SkipValue(ref reader);
        return start..(int)reader.BytesConsumed;
    }

    /// <summary>Goes to the end of the value that begins here, and looks at all in it.</summary>
    private static void SkipValue(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        do
        {
            RequireUnicode(ref reader);
        }
        while ((reader.CurrentDepth > depth
                || reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            && reader.Read());
    }

    /// <summary>
    /// Refuses halves of surrogate pairs, the one thing in a string that the reader looks at only when it is read.
    /// </summary>
    private static void RequireUnicode(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return;
        }

        var memory = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            reader.CopyString(memory);
        }
        catch (InvalidOperationException)
        {
            throw JsonErrors.Malformed($"The surrogate pair in string is invalid. at offset: {reader.TokenStartIndex}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(memory);
        }
    }
}
