export { parseAnyReceipt, verifyAny, verifyAnyFile, type AnyReceipt } from "./any-receipt.js";
export { verifyAttested, type Attestation, type AttestedReceipt } from "./attested.js";
export {
  parseBundle, verifyBundle, verifyShown, type BundleVerdict, type DisclosureBundle,
} from "./bundle.js";
export { equal, fromHex, fromUtf8, toHex, utf8 } from "./bytes.js";
export {
  decodeCertificate, decodeHeader, decodeValidators, findCertificateFault, headerHash, quorumOf, signersOf,
  type BlockHeader, type Certificate, type CertificateFault, type Validator, type ValidatorSet,
} from "./blocks.js";
export { decodeCbor, encodeCbor, type CborFault, type CborLimits, type CborResult, type CborValue } from "./cbor.js";
export {
  parseConsistency, verifyLogConsistency, type ConsistencyVerdict, type LogConsistency,
} from "./consistency.js";
export { decodeCoseReceipts } from "./cose.js";
export { isPublicKey, keyId, RunningSha256, sha256, taggedHash, verifySignature } from "./crypto.js";
export {
  decodeDisclosure, parseDisclosure, verifyDisclosure,
  type Disclosure, type DisclosureFault, type DisclosureVerdict, type SaltedRecord,
} from "./disclosure.js";
export {
  decodeLeaf, decodeRecord, timeText, type Attribute, type CoSigner, type Digest, type EvidenceLeaf, type EvidenceRecord,
} from "./evidence.js";
export { digestStream, formatOf, isJsonFile, pieces } from "./files.js";
export {
  decodeFingerprint, encodeFingerprint, FingerprintBuilder, fingerprintDigest, parseFingerprint,
  type Fingerprint, type FingerprintParameters, type Rule,
} from "./fingerprint.js";
export { decodeGenesis, parseGenesis, type Genesis, type GenesisResult, type Member, type NodeEntry } from "./genesis.js";
export { verifyConsistency, verifyInclusion, verifyRange, type LogVerdict } from "./log.js";
export { parseTlogProof } from "./note.js";
export { decodeEpochChange, verifyHeader, type EpochChange, type HeaderProof, type ReceiptFault } from "./proof.js";
export {
  decodeReceipt, parseReceipt, verifyReceipt, verifyReceiptFile,
  type Receipt, type ReceiptContent, type ReceiptVerdict,
} from "./receipt.js";
export {
  decodeResult, decodeResultReceipt, parseResultReceipt, verifyResultReceipt, verifyResultReceiptFile,
  type ContractOutcome, type ResultReceipt, type ResultVerdict, type TransactionResult,
} from "./result-receipt.js";
export {
  decodeStateProof, decodeTimelineHead, statePath, stateValueHash, verifyProvenState, verifyState,
  type ProvenState, type StateProof, type StateVerdict, type TimelineHead,
} from "./state.js";
export { decodeStatement, verifyStatement, type SignedStatement } from "./statement.js";
export type { SplitFault } from "./splitters.js";
