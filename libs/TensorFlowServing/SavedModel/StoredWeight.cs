using System.Runtime.InteropServices;
using Moodstream.Bert;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.SavedModel;

/// <summary>A tensor of a checkpoint, in the type it gets in the file.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Type">DT_FLOAT or DT_HALF.</param>
internal sealed record StoredWeight(BertTensor Tensor, DataType Type)
{
    /// <summary>Bytes of the whole value.</summary>
    public long Length => Tensor.Count * ElementBytes;

    private int ElementBytes => Type == DataType.DtHalf ? sizeof(ushort) : sizeof(float);

    /// <summary>Copies the value, row-major and little-endian, in parts.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="buffer">Holds a part; its content is lost.</param>
    /// <param name="progress">Is told the bytes written so far, of the whole file.</param>
    /// <param name="written">Bytes of the file before the value.</param>
    /// <param name="cancellationToken">Stops it between two parts.</param>
    public void CopyTo(
        Stream stream, Span<byte> buffer, IProgress<long>? progress, long written, CancellationToken cancellationToken)
    {
        var elementsAtOnce = buffer.Length / ElementBytes;
        for (long first = 0; first < Tensor.Count; first += elementsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = buffer[..((int)Math.Min(elementsAtOnce, Tensor.Count - first) * ElementBytes)];
            Read(first, part);
            stream.Write(part);
            written += part.Length;
            progress?.Report(written);
        }
    }

    private void Read(long first, Span<byte> part)
    {
        if (Type == DataType.DtHalf)
        {
            Tensor.ReadHalves(first, MemoryMarshal.Cast<byte, Half>(part));
        }
        else
        {
            Tensor.ReadFloats(first, MemoryMarshal.Cast<byte, float>(part));
        }
    }
}
