namespace Moodstream.Bert.Numerics;

/// <summary>
/// The arithmetic the engine needs of one vector width, so that every kernel is written once. The type parameters are
/// always structs: each width gets its own machine code, and no call remains in it.
/// </summary>
/// <remarks>
/// Lanes are tokens everywhere in the engine and no operation mixes lanes, so a token's value does not depend on the
/// width, on its lane or on its neighbours.
/// </remarks>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>Whether 32 vector registers hold a tile of 12 x 2 vectors; otherwise 16 hold one of 6 x 2.</summary>
    static abstract bool HasManyRegisters { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(float* destination, TVector value);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>left x right + addend, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    static abstract TVector Min(TVector left, TVector right);

    static abstract TVector Max(TVector left, TVector right);

    static abstract TVector SquareRoot(TVector value);

    static abstract TVector Round(TVector value);

    /// <summary>value x 2^exponent for whole exponents in [-126, 127].</summary>
    static abstract TVector Scale(TVector value, TVector exponent);

    /// <summary>value where left >= right, elsewhere 0.</summary>
    static abstract TVector KeepWhereAtLeast(TVector left, TVector right, TVector value);

    /// <summary>Hints that memory will be wanted in the second-level cache; any address is allowed.</summary>
    static abstract void Prefetch(float* address);
}
