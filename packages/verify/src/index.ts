export { equal, fromHex, fromUtf8, toHex, utf8 } from "./bytes.js";
export {
  decodeCertificate, decodeHeader, decodeValidators, findCertificateFault, headerHash, quorumOf, signersOf,
  type BlockHeader, type Certificate, type CertificateFault, type Validator, type ValidatorSet,
} from "./blocks.js";
export { isPublicKey, keyId, RunningSha256, taggedHash, verifySignature } from "./crypto.js";
export {
  decodeDisclosure, parseDisclosure, verifyDisclosure,
  type Disclosure, type DisclosureFault, type DisclosureVerdict, type SaltedRecord,
} from "./disclosure.js";
export {
  decodeLeaf, decodeRecord, timeText, type Attribute, type Digest, type EvidenceLeaf, type EvidenceRecord,
} from "./evidence.js";
export { digestStream, formatOf, isJsonFile, pieces } from "./files.js";
export {
  decodeFingerprint, encodeFingerprint, FingerprintBuilder, fingerprintDigest, parseFingerprint,
  type Fingerprint, type FingerprintParameters, type Rule,
} from "./fingerprint.js";
export { decodeGenesis, parseGenesis, type Genesis, type GenesisResult, type Member, type NodeEntry } from "./genesis.js";
export { verifyConsistency, verifyInclusion, verifyRange, type LogVerdict } from "./log.js";
export type { EpochChange, HeaderProof, ReceiptFault } from "./proof.js";
export {
  decodeReceipt, parseReceipt, verifyReceipt, verifyReceiptFile,
  type Receipt, type ReceiptContent, type ReceiptVerdict,
} from "./receipt.js";
export {
  decodeResult, decodeResultReceipt, parseResultReceipt, verifyResultReceipt, verifyResultReceiptFile,
  type ContractOutcome, type ResultReceipt, type ResultVerdict, type TransactionResult,
} from "./result-receipt.js";
export type { SplitFault } from "./splitters.js";
